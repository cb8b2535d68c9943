"""Files of SQLite databases: created, copied while in use, and removed."""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.db import connections

from stoppress.live.errors import LiveError

# Pages copied between two calls of the progress function.
PAGES = 256
# SQLite instructions between two such calls: some milliseconds.
OPERATIONS = 20_000
_SIDE_FILES = ("-journal", "-wal", "-shm")

Progress = Callable[[int], None]
"""Called with the per cent that are done."""


class BackupError(LiveError):
    """A backup or restore that failed; nothing was changed."""


def database_file(alias: str) -> Path:
    """Return the file of a SQLite database.

    Raises:
        BackupError: it is not in a file.
    """
    if not _is_a_file(alias):
        raise BackupError(f"The database {_name(alias)!r} is not a SQLite file.")
    return Path(_name(alias)).absolute()


def require_database(alias: str) -> None:
    """Raise an error if a database file does not exist: SQLite would create an empty one.

    Raises:
        BackupError: the file does not exist.
    """
    if _is_a_file(alias) and not database_file(alias).exists():
        raise BackupError(
            f"There is no database yet: {database_file(alias)} does not exist. "
            "Is this the environment that the site runs with?"
        )


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open an existing database for reading; it may be in use."""
    return _open(path, "mode=ro")


def open_backup(path: Path) -> sqlite3.Connection:
    """Open a database without writers, without creating files beside it."""
    if any(Path(f"{path}{suffix}").exists() for suffix in ("-journal", "-wal")):
        return _open(path, "mode=ro")  # some of its pages are there
    # Otherwise SQLite creates a -wal and a -shm beside a database in WAL mode, and fails where it
    # may not.
    return _open(path, "mode=ro&immutable=1")


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path for a new file; the file gets its name once it is complete.

    Only its owner may read it.

    Raises:
        BackupError: something of that name exists already.
    """
    there = BackupError(f"{path} exists already: give another name, or move it.")
    if os.path.lexists(path):
        raise there
    # A random name: two processes that write the same file must not mix their data.
    descriptor, draft = tempfile.mkstemp(prefix=f"{path.name}.partial-", dir=path.parent)
    os.close(descriptor)
    new = Path(draft)
    try:
        yield new
        try:
            _give_name(new, path)
        except FileExistsError:
            raise there from None
        _sync_name(path)
    finally:
        remove(new)


def copy(source: sqlite3.Connection, target: Path, progress: Progress | None = None) -> None:
    """Copy the state of one moment into a file, page by page; others may write meanwhile."""
    with closing(sqlite3.connect(target, isolation_level=None)) as new:
        source.execute("BEGIN")
        # The read transaction begins here and lasts; otherwise each commit would restart the copy.
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()

        def tell(_status: int, remaining: int, total: int) -> None:
            if progress:
                progress(percent(remaining, total))

        source.backup(new, pages=PAGES, progress=tell)
        source.execute("ROLLBACK")
        # Without a -wal: one file, readable where nothing can be written.
        new.execute("PRAGMA journal_mode=DELETE")


def copy_what_counts(
    source: sqlite3.Connection, target: Path, progress: Progress | None = None
) -> None:
    """Copy the state of one moment into an empty file, without deleted data.

    A copy by pages would contain free pages too, with the text that they held.
    """
    [pages], [free], [size] = (
        source.execute(f"PRAGMA {what}").fetchone()
        for what in ("page_count", "freelist_count", "page_size")
    )
    wrong: list[BaseException] = []

    def tell() -> bool:
        try:
            if progress:
                written = target.stat().st_size // size
                progress(min(100, percent(pages - free - written, pages - free)))
        except BaseException as error:  # SQLite itself would only report that it was interrupted
            wrong.append(error)
        return bool(wrong)

    source.set_progress_handler(tell, OPERATIONS)
    try:
        source.execute("VACUUM INTO ?", [str(target)])
    except sqlite3.OperationalError:
        if wrong:
            raise wrong[0] from None
        raise
    finally:
        source.set_progress_handler(None, 0)
    # SQLite does not sync the copy, so a power cut could lose it.
    with target.open("rb") as file:
        os.fsync(file.fileno())


def percent(remaining: int, total: int) -> int:
    """Return how much of a copy is done, in per cent."""
    # If the first page cannot be read or written, SQLite counts none, and then reports the error.
    return 100 * (total - remaining) // total if total else 0


@contextmanager
def words(complaint: str) -> Iterator[None]:
    """Turn an error of the file system or of SQLite into a BackupError of one line."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{complaint}: {error.strerror or error}.") from error
    except sqlite3.Error as error:
        raise BackupError(f"{complaint}. SQLite says: {error}.") from error


def close_to_others(database: Path) -> tuple[int, int] | None:
    """Remove other users' access to a database; return its mode before and after, if changed.

    If its group may write to it, several users share the site on purpose: the group keeps its
    access.

    Raises:
        OSError: it belongs to another user.
    """
    changed = None
    for suffix in ("", *_SIDE_FILES):
        path = Path(f"{database.resolve()}{suffix}")
        with suppress(FileNotFoundError):  # SQLite may remove it meanwhile
            mode = stat.S_IMODE(path.stat().st_mode)
            kept = stat.S_IRWXU | stat.S_IRWXG if mode & stat.S_IWGRP else stat.S_IRWXU
            if mode & ~kept:
                path.chmod(mode & kept)
                changed = changed or (mode, mode & kept)
    return changed


def create(path: Path) -> None:
    """Create an empty file that only we may read."""
    # Others may not read it: it will contain hashes of passwords and tokens.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def remove(path: Path) -> None:
    """Remove an unused database and its side files."""
    for suffix in ("", *_SIDE_FILES):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _open(path: Path, how: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?{how}"
    opened = sqlite3.connect(uri, uri=True, isolation_level=None)
    # A new page of a copy contains nothing of what its memory held before.
    opened.execute("PRAGMA secure_delete=ON")
    opened.execute("PRAGMA cell_size_check=ON")
    return opened


def _name(alias: str) -> str:
    return str(connections[alias].settings_dict["NAME"])


def _is_a_file(alias: str) -> bool:
    name = _name(alias)
    return connections[alias].vendor == "sqlite" and not (
        name.startswith("file:") or ":memory:" in name
    )


def _give_name(new: Path, path: Path) -> None:
    """Give a complete file its name, without replacing another file."""
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, such as on a USB stick
        if os.path.lexists(path):
            raise FileExistsError from None
        os.rename(new, path)


def _sync_name(path: Path) -> None:
    """Make a file's name survive a power cut; remove the file again if that fails."""
    try:
        opened = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
    except OSError:
        path.unlink()
        raise
