"""Files of SQLite databases: made, copied while they are in use, removed."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connections

from stoppress.live.errors import LiveError

# Pages that are copied between two looks at the clock.
PAGES = 256
_SIDE_FILES = ("-journal", "-wal", "-shm")

Progress = Callable[[int], None]
"""Called with the per cent that are done."""


class BackupError(LiveError):
    """A backup that cannot be made or put back; nothing was changed."""


def database_file(alias: str) -> Path:
    """Return the file of a SQLite database.

    Raises:
        BackupError: it is in no file.
    """
    connection = connections[alias]
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name.startswith("file:") or ":memory:" in name:
        raise BackupError(f"The database {name!r} is not a SQLite file.")
    return Path(name).absolute()


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a database that is there and may be in use."""
    return _open(path, "mode=ro")


def open_backup(path: Path) -> sqlite3.Connection:
    """Open a database that nobody writes to, and leave nothing beside it."""
    if any(Path(f"{path}{suffix}").exists() for suffix in ("-journal", "-wal")):
        return _open(path, "mode=ro")  # some of its pages are in there
    # Otherwise SQLite makes a -wal and a -shm beside one in WAL mode, and cannot where it may not.
    return _open(path, "mode=ro&immutable=1")


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Give a path to write a file at, which gets its name when it is whole; only ours may read it.

    Raises:
        BackupError: there is something of that name.
    """
    new = path.with_name(f"{path.name}.partial")
    try:
        create(path)
    except FileExistsError:
        raise BackupError(f"{path} is there already: give another name, or move it.") from None
    try:
        remove(new)
        create(new)
        yield new
        os.replace(new, path)
        _sync(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        remove(new)


def copy(source: sqlite3.Connection, target: Path, progress: Progress | None = None) -> None:
    """Copy the state of one moment into a file, page by page, whatever is written meanwhile."""
    with closing(sqlite3.connect(target, isolation_level=None)) as new:
        source.execute("BEGIN")
        # Its read transaction begins here, and lasts: otherwise each commit would begin it anew.
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()

        def tell(_status: int, remaining: int, total: int) -> None:
            if progress:
                progress(100 * (total - remaining) // total)

        source.backup(new, pages=PAGES, progress=tell)
        source.execute("ROLLBACK")
        # No -wal beside it: one file, to be read where nothing can be written.
        new.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def words(complaint: str) -> Iterator[None]:
    """Say in one line what the file system or SQLite has refused."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{complaint}: {error.strerror or error}.") from error
    except sqlite3.Error as error:
        raise BackupError(f"{complaint}. SQLite says: {error}.") from error


def create(path: Path) -> None:
    """Make an empty file of our own."""
    # Others may not read it: it is to hold what passwords and tokens are checked against.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def remove(path: Path) -> None:
    """Remove a database that nobody uses, and what belongs to it."""
    for suffix in ("", *_SIDE_FILES):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _open(path: Path, how: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?{how}"
    return sqlite3.connect(uri, uri=True, isolation_level=None)


def _sync(directory: Path) -> None:
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
