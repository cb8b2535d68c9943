"""Signals of backups; both have the arguments `file`, a Path, and `using`, a database alias."""

from django.dispatch import Signal

# The database was copied into the file.
backed_up = Signal()
# The file's contents have replaced the database's.
restored = Signal()
