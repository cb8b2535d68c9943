"""What acts by itself in a database: triggers, views and virtual tables, and whose they are."""

import sqlite3
from contextlib import closing
from pathlib import Path

from .sqlite_files import BackupError, open_backup, open_to_read

# By the statement, which SQLite runs when it opens the file, and not by what the row calls it.
_ACTING = """
SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND NOT (
    coalesce(rootpage, 0) > 0 AND (
        sql LIKE 'CREATE TABLE%' OR sql LIKE 'CREATE INDEX%' OR sql LIKE 'CREATE UNIQUE INDEX%'
    )
)
"""
Acting = set[tuple[str, str, str]]


def refuse_strangers(backup: Path, database: Path) -> None:
    """Refuse a backup with something in it that would act in the site, and is not there now.

    A trigger that somebody has put into the file would run in every transaction from then on.
    What the database in place has word for word is the site's own.

    Raises:
        BackupError: names what is strange.
    """
    with closing(open_backup(backup)) as opened:
        found = _acting(opened)
    strange = sorted(found - _acting_in(database)) if found else []
    if strange:
        kind, name, _ = strange[0]
        kind = "virtual table" if kind == "table" else kind
        more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
        raise BackupError(
            f"Nothing was restored: {backup} has the {kind} {name!r}{more}, which the database in "
            "use has not. Is it the backup that you have made? Where your site has made that "
            "itself, restore with --accept-triggers."
        )


def _acting_in(database: Path) -> Acting:
    if not database.exists():
        return set()
    try:
        with closing(open_to_read(database)) as opened:
            return _acting(opened)
    except sqlite3.Error:
        return set()  # it is damaged, which may be why it is restored


def _acting(opened: sqlite3.Connection) -> Acting:
    return {(kind, name, " ".join(sql.split())) for kind, name, sql in opened.execute(_ACTING)}
