"""An installation's files are their owner's alone: they hold what passwords are checked against."""

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

# What a file's group and all others may do to it.
OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Files of ours in a data directory, and the directories whose files are ours as well.
_IN_DATA = (
    "secret_key",
    "demo_editor_password",
    ".prepare.lock",
    ".*.background.lock",
)
_DIRECTORIES = (".stoppress-server-*",)
# What SQLite, and a backup and a restore, put beside a database; anything else there is not ours.
_BESIDE = ("", "-wal", "-shm", "-journal")
_OF_BACKUPS = (".before-restore-*", ".restoring-*", ".partial-*")


def keep_to_owner() -> None:
    """Let every file that this process and its children make be its owner's alone.

    What a mask takes away already stays away. Media have modes of their own (`settings`).
    """
    os.umask(os.umask(OTHERS) | OTHERS)


def close_to_others() -> None:
    """Take away what others may do to files that are here already, and say so in one line.

    An installation may be older than this rule. Files of another user are left to `stoppress
    doctor`, as are all in a directory of another: root is not to follow a stranger's names there.
    """
    closed = []
    for path in open_to_others():
        if _is_ours(path) and _is_ours(path.parent):
            try:
                path.chmod(_mode(path) & ~OTHERS)
            except OSError:  # a file system without modes, or it has gone: doctor says the rest
                continue
            closed.append(path)
    if closed:
        logger.warning(
            "now only the owner can read or change what others could: %s", _by_directory(closed)
        )


def _by_directory(paths: list[Path]) -> str:
    """Return what names files in few words: a line of the log is cut where it is too long."""
    names: dict[Path, list[str]] = {}
    for path in sorted(paths):
        names.setdefault(path.parent, []).append(path.name)
    return "; ".join(f"in {directory}: {', '.join(found)}" for directory, found in names.items())


def open_to_others() -> list[Path]:
    """Return the installation's files that others than their owner may read or write."""
    return sorted({path for path in _files() if _mode(path) & OTHERS})


def how_to_close(path: Path) -> str:
    """Return the command that makes a file its owner's alone, and who has to give it."""
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
        # SQLite itself follows a link, and puts its other files where that leads.
        database = database_file("default").resolve()
    except BackupError:
        return  # not in a file
    yield from _plain(database.with_name(f"{database.name}{end}") for end in _BESIDE)
    for pattern in _OF_BACKUPS:
        yield from _plain(database.parent.glob(f"{_literal(database.name)}{pattern}"))
    yield from _plain([database.with_name(f".{database.name}.background.lock")])


def _plain(paths: Iterable[Path]) -> Iterator[Path]:
    """Leave out what is no file: a link's own mode says nothing, and what it names is not ours."""
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
