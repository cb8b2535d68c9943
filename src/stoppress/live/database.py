"""The database that holds the log, and which file it is where it is one."""

import os
from urllib.parse import quote

from django.apps import apps
from django.db import connections, router


def log_database() -> str:
    """Return the alias of the database that holds the log."""
    return router.db_for_write(apps.get_model("stoppress_live", "LoggedEvent"))


def file_identity(alias: str) -> tuple[int, int] | None:
    """Return device and inode of a SQLite database; None where there is no file.

    A backup put in the database's place is another file: who holds the old one open reads
    history that is no longer true.
    """
    name = connections[alias].settings_dict["NAME"]
    try:
        status = os.stat(str(name))
    except OSError:
        return None
    return status.st_dev, status.st_ino


def existing_file(path: str) -> str:
    """Return the URI by which SQLite opens a file only where there is one."""
    return f"file:{quote(path)}?mode=rw"
