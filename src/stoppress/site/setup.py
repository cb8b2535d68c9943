"""Prepare an installation: settings, data directory, secret key, database."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from . import env
from .private_files import close_to_others

SETTINGS = "stoppress.site.settings"
# An arbitrary number: advisory locks belong to one database (PostgreSQL, 13.3.5).
LOCK_NUMBER = 0x5709_3160
# Limits of a server's own that would end the wait for another's migrations, or the lock.
WAITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


def load() -> None:
    """Load Django with the site's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def prepare(close: bool = True) -> None:
    """Load Django and migrate the database; the data directory may be empty.

    Args:
        close: make existing files private to their owner.
    """
    load()
    if close:
        close_to_others()
    with _alone():
        call_command("migrate", verbosity=0, interactive=False)


def missing() -> Path | None:
    """Return the data directory if it holds no installation yet, else None.

    Call this before the settings are loaded, which creates the directory and a key. It returns
    None too where another settings module or DATABASE_URL is in use, which it cannot judge.
    """
    if os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS) != SETTINGS or env.text("DATABASE_URL"):
        return None
    data = Path(env.text("STOPPRESS_DATA", "./data")).resolve()
    return None if (data / "stoppress.sqlite3").exists() else data


@contextmanager
def _alone() -> Iterator[None]:
    """Hold a lock, so that processes which start together migrate one after another.

    On PostgreSQL it spans machines, on SQLite data directories. A transaction holds PostgreSQL's
    lock, since a transaction pooler loses that of a session.
    """
    database = connections[DEFAULT_DB_ALIAS]
    with _locked_file(_beside_the_database(database)):
        if database.vendor != "postgresql":
            yield
            return
        own = connections.create_connection(DEFAULT_DB_ALIAS)
        own.set_autocommit(False)
        try:
            with own.cursor() as cursor:
                for setting in WAITS:
                    cursor.execute(f"SET LOCAL {setting} = 0")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_NUMBER])
            yield
        finally:
            own.close()


def _beside_the_database(database: BaseDatabaseWrapper) -> Path:
    """Return the directory of the lock's file."""
    name = str(database.settings_dict["NAME"])
    in_file = database.vendor == "sqlite" and not name.startswith((":", "file:"))
    return Path(name).resolve().parent if in_file else settings.DATA


@contextmanager
def _locked_file(directory: Path) -> Iterator[None]:
    path = directory / ".prepare.lock"
    try:
        lock = path.open("w")
    except OSError as error:
        raise ImproperlyConfigured(f"cannot write {path}: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
