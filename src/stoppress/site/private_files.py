"""Keep an installation's files private to their owner: they hold password hashes and secrets."""

import logging
import os
import pwd
import shlex
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from stoppress.live.backups.sqlite_files import BackupError, database_file

logger = logging.getLogger("stoppress.site")

# The permission bits of a file's group and of all other users.
OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Our files in a data directory, and the directories in it that are ours as a whole.
_IN_DATA = (
    "secret_key",
    "demo_editor_password",
    ".prepare.lock",
    ".*.background.lock",
)
_DIRECTORIES = (".stoppress-server-*",)
# Files that SQLite, a backup or a restore puts beside a database; all others there are not ours.
_BESIDE = ("", "-wal", "-shm", "-journal")
_OF_BACKUPS = (".before-restore-*", ".restoring-*", ".partial-*")


def keep_to_owner() -> None:
    """Make every file that this process and its children create private to its owner.

    This only adds to the umask. Media files have their own modes (`settings`).
    """
    os.umask(os.umask(OTHERS) | OTHERS)


def close_to_others() -> None:
    """Make existing files private to their owner, and log which ones in one line.

    An installation may be older than this rule. Files that belong to another user, or lie in a
    directory of another user, are only reported, by `stoppress doctor`: root must not follow
    names that another user chose.
    """
    closed = []
    for path in open_to_others():
        if _is_ours(path) and _is_ours(path.parent):
            try:
                path.chmod(_mode(path) & ~OTHERS)
            except OSError:  # no modes on this file system, or the file is gone: see `doctor`
                continue
            closed.append(path)
    if closed:
        logger.warning(
            "other users could read or change these files; now only their owner can: %s",
            _by_directory(closed),
        )


def _by_directory(paths: list[Path]) -> str:
    """Return the files' names, grouped by directory: a log line that is too long is cut."""
    names: dict[Path, list[str]] = {}
    for path in sorted(paths):
        names.setdefault(path.parent, []).append(path.name)
    return "; ".join(f"in {directory}: {', '.join(found)}" for directory, found in names.items())


def open_to_others() -> list[Path]:
    """Return the installation's files that users other than their owner may read or write."""
    return sorted({path for path in _files() if _mode(path) & OTHERS})


def how_to_close(path: Path) -> str:
    """Return the command that makes a file private, and the user who must run it."""
    command = f"chmod go= {shlex.quote(str(path))}"
    return command if _is_ours(path) else f"{command} (as {_owner(path)}, who owns it)"


def _files() -> Iterator[Path]:
    for pattern in _IN_DATA:
        yield from _plain(settings.DATA.glob(pattern))
    for pattern in _DIRECTORIES:
        for directory in settings.DATA.glob(pattern):
            if not directory.is_symlink():
                yield from _plain(directory.rglob("*"))
    try:
        # SQLite follows a symbolic link, and puts its other files beside the link's target.
        database = database_file("default").resolve()
    except BackupError:
        return  # not in a file
    yield from _plain(database.with_name(f"{database.name}{end}") for end in _BESIDE)
    for pattern in _OF_BACKUPS:
        yield from _plain(database.parent.glob(f"{_literal(database.name)}{pattern}"))
    for lock in (".prepare.lock", f".{database.name}.background.lock"):
        yield from _plain([database.with_name(lock)])


def _plain(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield only regular files: a link's own mode has no meaning, and its target is not ours."""
    for path in paths:
        if not path.is_symlink() and path.is_file():
            yield path


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return 0  # SQLite removes its files itself


def _is_ours(path: Path) -> bool:
    try:
        return path.stat().st_uid == os.geteuid()
    except FileNotFoundError:
        return False  # SQLite removes its files itself


def _owner(path: Path) -> str:
    try:
        number = path.stat().st_uid
    except FileNotFoundError:
        return "nobody"
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
