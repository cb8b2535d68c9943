"""Put a backup back under a running server: one commit, which every reader sees as a fork."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from stoppress.live.models import LoggedEvent, StreamHead

from .backup import Contents, examine
from .schema import refuse_strangers
from .sqlite_files import (
    PAGES,
    BackupError,
    Progress,
    close_to_others,
    copy,
    create,
    database_file,
    new_file,
    open_to_read,
    percent,
    remove,
    words,
)
from .staging import migrate, migrations_behind, path_beside, staged_copy

# Results of a step of SQLite's backup: it has written; others hold the lock (sqlite.org/rescode).
_WRITTEN = 0
_LOCKED = {5, 6}
_LOOK_AGAIN = 0.05
"""Seconds between two tries to get the write lock."""


@dataclass(frozen=True)
class Restored:
    """What was done.

    Attributes:
        kept: the copy of what was there before; None where there was nothing.
        withdrawn: keys that were withdrawn since the backup was made.
    """

    contents: Contents
    kept: Path | None
    withdrawn: list[str]


def restore(
    backup: Path,
    alias: str,
    *,
    wait: float,
    say: Callable[[str], None],
    progress: Progress | None = None,
    accept_triggers: bool = False,
) -> Restored:
    """Write a backup's contents into the database, in place and in one commit.

    1. The backup is examined, copied beside the database, and the copy migrated if it is older
       than the code: whatever is wrong with it shows while nothing has been touched.
    2. The write lock is taken. From here on nothing is published: who tries waits.
    3. What is there now is copied to a file of its own; it is exactly what is about to be lost.
    4. The contents are written and committed. The file stays the same file, and every connection
       to it open: each sees the old state or the new one, and each hub finds other links.

    Args:
        wait: seconds to wait for the write lock.
        say: told what is being done, in words.
        accept_triggers: take triggers, views and virtual tables that the database has not.

    Raises:
        BackupError: nothing was changed.
    """
    database = database_file(alias)
    if database.exists() and backup.exists() and backup.samefile(database):
        raise BackupError(f"{backup} is the database in use: name a backup of it.")
    contents = examine(backup)
    if not accept_triggers:
        refuse_strangers(backup, database)
    say(f"{backup} is sound: {contents}.")
    behind = migrations_behind(backup, contents)
    with staged_copy(backup, database) as staged:
        if behind:
            say(f"It is older than this version of the software: applying {behind} migrations.")
            migrate(staged, alias)
        kept = _write(staged, database, wait, say, progress)
        withdrawn = _withdrawn_since(staged, kept) if kept else []
    return Restored(contents, kept, withdrawn)


def _write(
    staged: Path,
    database: Path,
    wait: float,
    say: Callable[[str], None],
    progress: Progress | None,
) -> Path | None:
    """Write what is staged into the database; return where what was there is kept."""
    kept: Path | None = None
    present = database.exists()
    end = time.monotonic() + wait

    def step(status: int, remaining: int, total: int) -> None:
        nonlocal kept
        if status in _LOCKED and time.monotonic() > end:
            raise BackupError(
                f"Another process has held the database's lock for {wait:g} s, and nothing was "
                "restored: end what writes there, or give a longer --wait."
            )
        if status != _WRITTEN:
            return  # SQLite says why it cannot; and once it is committed, nothing may fail here
        # The first step has taken the lock and written nothing that anybody sees.
        if present and kept is None:
            kept = _keep(database, say)
            say("Writing the backup's contents.")
        if progress:
            progress(percent(remaining, total))

    cannot = f"Nothing was restored: {database} cannot be written"
    if present:
        _close(database, say)
    else:
        with words(cannot):
            create(database.resolve())  # SQLite would let others read it
    try:
        with (
            words(cannot),
            closing(open_to_read(staged)) as source,
            closing(sqlite3.connect(database, isolation_level=None, timeout=0)) as target,
        ):
            # A power cut must not take it back once readers have seen it.
            target.execute("PRAGMA synchronous=FULL")
            [pages] = source.execute("PRAGMA page_count").fetchone()
            # At least two steps, so that one of them is not the last.
            at_once = max(1, min(PAGES, pages // 2))
            source.backup(target, pages=at_once, progress=step, sleep=_LOOK_AGAIN)
            with suppress(sqlite3.Error):
                # The next publisher would otherwise have to move all of it out of the -wal.
                target.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except Exception:  # raised again, once what was made is tidied away
        if kept:
            kept.unlink(missing_ok=True)
        if not present and not database.stat().st_size:
            remove(database.resolve())
        raise
    return kept


def _close(database: Path, say: Callable[[str], None]) -> None:
    """Let only its owner at what is to hold the backup, where that is for us to say."""
    try:
        changed = close_to_others(database)
    except OSError as error:
        say(f"Others may be able to read {database}, and that stays so: {error.strerror or error}.")
        return
    if changed:
        before, now = changed
        say(f"{database} was open to others (mode {before:04o}): now it is not ({now:04o}).")


def _keep(database: Path, say: Callable[[str], None]) -> Path:
    kept = path_beside(database, "before-restore")
    say(f"Keeping what is there now as {kept}.")
    with (
        words(f"Nothing was restored: {kept} cannot be written"),
        new_file(kept) as new,
        closing(open_to_read(database)) as source,
    ):
        copy(source, new)
    return kept


_WITHDRAWN = f"""
SELECT DISTINCT event.key FROM main.{LoggedEvent._meta.db_table} event
LEFT JOIN backup.{StreamHead._meta.db_table} stream ON stream.name = event.stream
WHERE event.redacts AND event.position > coalesce(stream.floor, 0) AND NOT EXISTS (
    SELECT 1 FROM backup.{LoggedEvent._meta.db_table} same
    WHERE same.stream = event.stream AND same.position = event.position AND same.link = event.link
) ORDER BY event.key
"""


def _withdrawn_since(staged: Path, kept: Path) -> list[str]:
    """Return the keys of what was withdrawn after the backup was made."""
    try:
        with closing(open_to_read(kept)) as database:
            database.execute("ATTACH ? AS backup", [f"{staged.absolute().as_uri()}?mode=ro"])
            return [key for (key,) in database.execute(_WITHDRAWN)]
    except sqlite3.Error:
        return []  # what was there before had no log, or a damaged one
