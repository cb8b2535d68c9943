"""Back up a SQLite log while it is in use, and check backups before they are used."""

import os
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.db.migrations.recorder import MigrationRecorder

from stoppress.live.models import Installation, LoggedEvent, StreamHead

from .sqlite_files import (
    BackupError,
    Progress,
    copy_what_counts,
    new_file,
    open_backup,
    open_to_read,
    words,
)

_MAGIC = b"SQLite format 3\0"
_HEADS, _EVENTS = StreamHead._meta.db_table, LoggedEvent._meta.db_table
_INSTALLATION = Installation._meta.db_table
_MIGRATIONS = MigrationRecorder.Migration._meta.db_table


@dataclass(frozen=True)
class Contents:
    """What a database contains.

    Attributes:
        written: time of the last event as SQLite stores it (UTC); None where there is none.
        migrations: app and name of each applied migration.
    """

    streams: int
    events: int
    written: str | None
    migrations: frozenset[tuple[str, str]]

    def __str__(self) -> str:
        last = f", the last of {self.written[:19]} UTC" if self.written else ""
        return f"{self.streams} streams and {self.events} events{last}"


def back_up(database: Path, target: Path, progress: Progress | None = None) -> Contents:
    """Copy a database that may be in use into a new file; return what the copy contains.

    The copy is the state of one moment, in one file. Neither readers nor writers have to wait.

    Raises:
        BackupError: the file exists already, cannot be written, or would contain damaged data. No
            new file is left then.
    """
    with words(f"{target} was not written"), new_file(target) as new:
        try:
            with closing(open_to_read(database)) as source:
                copy_what_counts(source, new, progress)
        except sqlite3.OperationalError:
            raise  # the new file is at fault
        except sqlite3.DatabaseError as error:
            why = f"it is damaged. SQLite says: {error}."
            raise BackupError(f"{database} cannot be backed up: {why}") from error
        return examine(new, f"{database} cannot be backed up")


def examine(path: Path, complaint: str = "") -> Contents:
    """Return what a backup contains, if it is undamaged and from a Stop Press site.

    Args:
        complaint: the beginning of the error message.

    Raises:
        BackupError: the message says what is wrong.
    """
    wrong = f"{complaint or f'{path} cannot be used'}:"
    try:
        kind = os.stat(path)
        if not stat.S_ISREG(kind.st_mode):
            raise BackupError(f"{wrong} it is not a file.")
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise BackupError(f"{wrong} it is not a SQLite database.")
        with closing(open_backup(path)) as database:
            return _examine(database, wrong)
    except FileNotFoundError:
        raise BackupError(f"{wrong} there is no such file.") from None
    except OSError as error:
        raise BackupError(f"{wrong} {error.strerror or error}.") from error
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{wrong} SQLite says: {error}.") from error


def _examine(database: sqlite3.Connection, wrong: str) -> Contents:
    # Only real tables count: a view of such a name would run its query when it is read.
    wanted = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    tables = {name for (name,) in database.execute(wanted)}
    [found] = database.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise BackupError(f"{wrong} it is damaged. SQLite says: {' '.join(found.split())}.")
    missing = {_HEADS, _EVENTS, _INSTALLATION, _MIGRATIONS} - tables
    if missing:
        raise BackupError(
            f"{wrong} it is not a Stop Press database: it has no table {min(missing)}."
        )
    if database.execute(f"SELECT uid FROM {_INSTALLATION} WHERE id = 1").fetchone() is None:
        raise BackupError(f"{wrong} its table {_INSTALLATION} is empty.")
    [streams] = database.execute(f"SELECT count(*) FROM {_HEADS}").fetchone()
    events, written = database.execute(f"SELECT count(*), max(time) FROM {_EVENTS}").fetchone()
    rows = database.execute(f"SELECT app, name FROM {_MIGRATIONS}")
    return Contents(streams, events, written, frozenset(rows))
