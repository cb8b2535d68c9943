"""Prepare an installation: settings, data directory, secret key, database."""

import fcntl
import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from stoppress.live import conf

from . import env, starting
from .background.worker_lock import PROBING
from .loading import uncollected
from .private_files import close_to_others
from .static_files.collecting import collect

logger = logging.getLogger("stoppress.site")

SETTINGS = "stoppress.site.settings"
# An arbitrary number: advisory locks belong to one database (PostgreSQL, 13.3.5).
LOCK_NUMBER = 0x5709_3160
# The database refuses: it is read-only, or we lack the permission (PostgreSQL, appendix A).
REFUSED = {"25006", "42501"}
# Timeouts of a PostgreSQL server that would end the wait for another process, or the lock itself.
WAITS = (
    *("lock_timeout", "statement_timeout", "transaction_timeout"),
    "idle_in_transaction_session_timeout",
)
# Not every version of PostgreSQL has all of them.
NO_LIMITS = "SELECT set_config(name, '0', true) FROM pg_settings WHERE name = ANY(%s)"
SECONDS_BETWEEN_TRIES, TRIES_BEFORE_LOG = 0.5, 6


def load() -> None:
    """Load Django with the site's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    with uncollected():
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


def prepare_to_serve(background: bool = True) -> None:
    """Do the same as `prepare`, and raise an error for a problem that would appear later.

    Args:
        background: this server does the background work too.

    Raises:
        ImproperlyConfigured: a server or a background worker must not start here.
    """
    load()
    close_to_others()
    _remark(starting.remarks())
    with _alone_here():
        # Before the lock of PostgreSQL: it would hold the only session of a small pooler.
        _refuse(starting.refusals_before(background))
        with _alone_on_all_machines(), _in_words():
            _migrate()
            _remark(starting.key_remarks())
            starting.seal_database()
    collect()


def _refuse(reasons: Iterable[str]) -> None:
    for reason in reasons:
        raise ImproperlyConfigured(f"{reason}.")


def _remark(remarks: Iterable[str]) -> None:
    for remark in remarks:
        logger.warning("%s", remark)


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    # The table of a cache in the database, where the settings have one.
    call_command("createcachetable", verbosity=0)


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn the database's refusal of a change into an error of one line."""
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

    Call this before the settings are loaded, which creates the directory and a key. It also returns
    None with another settings module or DATABASE_URL, which it cannot check.
    """
    if os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS) != SETTINGS or env.text("DATABASE_URL"):
        return None
    data = Path(env.text("STOPPRESS_DATA", "./data")).resolve()
    return None if (data / "stoppress.sqlite3").exists() else data


@contextmanager
def _alone_here() -> Iterator[None]:
    """Lock a file, so that processes of one machine which start together migrate in turn.

    The file is beside a SQLite database, which two data directories may share.
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
    """Hold a lock of PostgreSQL, if there are migrations to run.

    It is a transaction's lock, since a pooler loses a session's lock. A waiting process returns its
    connection between two tries, because in a pool the migration itself needs one.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql" or not _is_to_be_migrated(connection):
        yield
        return
    # Prefer a direct connection: a pooler may have few.
    alias, tries = conf.text("LISTEN_DATABASE") or DEFAULT_DB_ALIAS, 0
    while (own := _locked(alias)) is None:
        tries += 1
        if tries == TRIES_BEFORE_LOG:
            logger.warning("another process migrates the database: waiting for it")
        connection.close()
        time.sleep(SECONDS_BETWEEN_TRIES)
    try:
        yield
    finally:
        own.close()


def _is_to_be_migrated(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _locked(alias: str) -> BaseDatabaseWrapper | None:
    """Return a connection whose open transaction has the lock; None if another process has it."""
    own = connections.create_connection(alias)
    own.set_autocommit(False)
    with own.cursor() as cursor:
        for setting in PROBING:
            cursor.execute(setting.replace("SET ", "SET LOCAL ", 1))
        cursor.execute(NO_LIMITS, [list(WAITS)])
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_NUMBER])
        if cursor.fetchone()[0]:
            return own
    own.close()
    return None
