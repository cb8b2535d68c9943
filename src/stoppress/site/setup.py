"""Prepare an installation: settings, data directory, secret key, database."""

import fcntl
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections

from stoppress.live import conf

from . import env, starting
from .private_files import close_to_others

logger = logging.getLogger("stoppress.site")

SETTINGS = "stoppress.site.settings"
# An arbitrary number: advisory locks belong to one database (PostgreSQL, 13.3.5).
LOCK_NUMBER = 0x5709_3160
# The database does not let us: it is read-only, or we have no right (PostgreSQL, appendix A).
REFUSED = {"25006", "42501"}
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
    with _alone_here(), _alone_on_all_machines(), _in_words():
        _migrate()


def prepare_to_serve() -> None:
    """Do the same, and refuse what would fail later.

    Raises:
        ImproperlyConfigured: a server or a background worker must not start here.
    """
    load()
    close_to_others()
    _remark(starting.remarks())
    with _alone_here():
        # Before the lock of PostgreSQL: it would hold the only session of a small pooler.
        _refuse(starting.refusals_before())
        with _alone_on_all_machines(), _in_words():
            _migrate()
            _remark(starting.key_remarks())
            starting.seal_database()


def _refuse(reasons: Iterable[str]) -> None:
    for reason in reasons:
        raise ImproperlyConfigured(f"{reason}.")


def _remark(remarks: Iterable[str]) -> None:
    for remark in remarks:
        logger.warning("%s", remark)


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _in_words() -> Iterator[None]:
    """Let the command say in one line that the database refuses to be changed."""
    try:
        yield
    except DatabaseError as error:
        if REFUSED.isdisjoint(_sqlstates(error)):
            raise  # a migration's own fault needs its traceback
        raise OperationalError(f"it refuses a change: {error}") from error


def _sqlstates(error: BaseException | None) -> Iterator[str | None]:
    while error is not None:
        yield getattr(error, "sqlstate", None)
        error = error.__cause__ or error.__context__


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
def _alone_here() -> Iterator[None]:
    """Hold a file, so that processes of one machine which start together migrate in turn.

    It is beside a SQLite database, which two data directories may share.
    """
    database = connections[DEFAULT_DB_ALIAS]
    name = str(database.settings_dict["NAME"])
    in_file = database.vendor == "sqlite" and not name.startswith((":", "file:"))
    path = (Path(name).resolve().parent if in_file else settings.DATA) / ".prepare.lock"
    try:
        lock = path.open("w")
    except OSError as error:
        raise ImproperlyConfigured(f"cannot write {path}: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _alone_on_all_machines() -> Iterator[None]:
    """Hold a lock of PostgreSQL; a transaction has it, since a pooler loses that of a session."""
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        yield
        return
    # A direct connection, if there is one: a pooler's may be few.
    own = connections.create_connection(conf.text("LISTEN_DATABASE") or DEFAULT_DB_ALIAS)
    own.set_autocommit(False)
    try:
        with own.cursor() as cursor:
            for setting in WAITS:
                cursor.execute(f"SET LOCAL {setting} = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_NUMBER])
        yield
    finally:
        own.close()
