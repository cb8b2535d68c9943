"""The database that holds the log, and the identity of its file if it is SQLite."""

import os
from collections.abc import Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote

from django.apps import apps
from django.db import connections, router

Value = TypeVar("Value")

# Values in one query: below the parameter limit of every database.
VALUES_A_QUERY = 500


def batches(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """Yield values in batches that each fit into one query."""
    for start in range(0, len(values), VALUES_A_QUERY):
        yield values[start : start + VALUES_A_QUERY]


def log_database() -> str:
    """Return the alias of the database that holds the log."""
    return router.db_for_write(apps.get_model("stoppress_live", "LoggedEvent"))


def file_identity(alias: str) -> tuple[int, int] | None:
    """Return device and inode of a SQLite database; None where there is no file.

    If a backup replaces the file, the identity changes: a connection that has the old file open
    reads outdated history.
    """
    name = connections[alias].settings_dict["NAME"]
    try:
        status = os.stat(str(name))
    except OSError:
        return None
    return status.st_dev, status.st_ino


def existing_file(path: str) -> str:
    """Return a URI by which SQLite opens a file but never creates it."""
    return f"file:{quote(path)}?mode=rw"
