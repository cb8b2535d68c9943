"""Prepare a backup: copy it beside the database and migrate the copy, before anything else."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from .backup import Contents
from .sqlite_files import BackupError, create, open_backup, open_to_read, remove, words


def migrations_behind(backup: Path, contents: Contents) -> int:
    """Return how many migrations a backup lacks.

    Raises:
        BackupError: it has migrations that this version does not know.
    """
    loader = MigrationLoader(None)
    known = set(loader.disk_migrations)
    replaced = {old for migration in loader.disk_migrations.values() for old in migration.replaces}
    newer = {
        (app, name)
        for app, name in contents.migrations - known - replaced
        if app in loader.migrated_apps
    }
    if newer:
        app, name = min(newer)
        raise BackupError(
            f"{backup} was made by a newer version of the software, which knows the migration "
            f"{app}.{name}: install that version first."
        )
    return len(known - contents.migrations)


@contextmanager
def staged_copy(backup: Path, database: Path) -> Iterator[Path]:
    """Copy a backup beside the database, for as long as the block runs."""
    staged = path_beside(database, "restoring")
    complaint = f"{backup} was not restored: it cannot be copied to {staged}"
    with words(complaint):
        create(staged)
    try:
        with words(complaint):
            with closing(open_backup(backup)) as source:
                source.execute("VACUUM INTO ?", [str(staged)])
            if database.exists():
                _fit_pages(staged, database)
        yield staged
    finally:
        remove(staged)


def _fit_pages(staged: Path, database: Path) -> None:
    """Give the copy the database's page size, which SQLite cannot change in WAL mode."""
    with (
        closing(open_to_read(database)) as present,
        closing(sqlite3.connect(staged, isolation_level=None)) as copy,
    ):
        [size] = present.execute("PRAGMA page_size").fetchone()
        if copy.execute("PRAGMA page_size").fetchone() != (size,):
            copy.execute(f"PRAGMA page_size={size}")
            copy.execute("VACUUM")


def migrate(staged: Path, alias: str) -> None:
    """Migrate the copy; meanwhile the database's own alias points to it.

    So a migration that names no alias, or a router that knows no other, works on the copy.
    """
    settings = connections[alias].settings_dict
    name = settings["NAME"]
    connections[alias].close()
    settings["NAME"] = str(staged)
    try:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
        # The table of a cache in the database, where the settings have one.
        call_command("createcachetable", database=alias, verbosity=0)
    except Exception as error:  # whatever a migration raises
        what = " ".join(str(error).split())
        raise BackupError(f"Nothing was restored: migrating the backup failed: {what}") from error
    finally:
        connections[alias].close()
        settings["NAME"] = name


def path_beside(database: Path, purpose: str) -> Path:
    """Return an unused path in the database's directory, named by purpose and time."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = database.with_name(f"{database.name}.{purpose}-{now}")
    number = 1
    while path.exists():
        number += 1
        path = database.with_name(f"{database.name}.{purpose}-{now}-{number}")
    return path
