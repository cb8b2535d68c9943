"""What is told of backups: both signals have `file`, a Path, and `using`, the database's alias."""

from django.dispatch import Signal

# The database was copied into the file.
backed_up = Signal()
# The file's contents have replaced the database's.
restored = Signal()
