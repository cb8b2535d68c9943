"""Triggers, views and virtual tables in a backup: only the site's own are allowed."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.apps import AppConfig, apps

from .sqlite_files import BackupError, open_backup, open_to_read

# The SQL statement decides, which SQLite runs when it opens the file, not the row's `type` column.
_ACTING = """
SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND NOT (
    coalesce(rootpage, 0) > 0 AND (
        sql LIKE 'CREATE TABLE%' OR sql LIKE 'CREATE INDEX%' OR sql LIKE 'CREATE UNIQUE INDEX%'
    )
)
"""
Acting = set[tuple[str, str, str]]


def refuse_strangers(backup: Path, database: Path) -> None:
    """Refuse a backup with triggers, views or virtual tables that are not the site's own.

    A foreign trigger in the file would run in every transaction from then on. The site's own are
    those that the present database has with the same SQL, and those that an app's migrations make:
    the AppConfig lists their SQL as `acting_sql`.

    Raises:
        BackupError: names the first of them.
    """
    with closing(open_backup(backup)) as opened:
        found = _acting(opened)
    made = {_in_a_line(sql) for app in apps.get_app_configs() for sql in _made_by(app)}
    found = {each for each in found if each[2] not in made}
    strange = sorted(found - _acting_in(database)) if found else []
    if strange:
        kind, name, _ = strange[0]
        kind = "virtual table" if kind == "table" else kind
        more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
        raise BackupError(
            f"Nothing was restored: {backup} has the {kind} {name!r}{more}, which the database in "
            "use does not have. Is this the backup that you made? If your site created it "
            "itself, restore with --accept-triggers."
        )


def _acting_in(database: Path) -> Acting:
    if not database.exists():
        return set()
    try:
        with closing(open_to_read(database)) as opened:
            return _acting(opened)
    except sqlite3.Error:
        return set()  # the database is damaged, which may be why it is being restored


def _acting(opened: sqlite3.Connection) -> Acting:
    return {(kind, name, _in_a_line(sql)) for kind, name, sql in opened.execute(_ACTING)}


def _made_by(app: AppConfig) -> tuple[str, ...]:
    return getattr(app, "acting_sql", ())


def _in_a_line(sql: str) -> str:
    return " ".join(sql.split())
