"""Restore a backup under a running server: one commit, which every reader sees as a fork."""

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

# Result codes of a step of SQLite's backup: written, or another process holds the lock
# (sqlite.org/rescode).
_WRITTEN = 0
_LOCKED = {5, 6}
_LOOK_AGAIN = 0.05
"""Seconds between two tries to get the write lock."""


@dataclass(frozen=True)
class Restored:
    """The result of a restore.

    Attributes:
        kept: a copy of the previous contents; None where there were none.
        withdrawn: keys that were withdrawn after the backup was made.
    """

    contents: Contents
    kept: Path | None
    withdrawn: list[str]


def restore(
    backup: Path,
    alias: str,
    *,
    wait: float,
    report: Callable[[str], None],
    progress: Progress | None = None,
    accept_triggers: bool = False,
) -> Restored:
    """Write a backup's contents into the database, in place and in one commit.

    1. The backup is checked and copied beside the database. If it is older than the code, the copy
       is migrated. Any fault shows before the database is touched.
    2. The write lock is taken. From here on publishers wait.
    3. The present contents are copied to another file: exactly what is about to be replaced.
    4. The backup's contents are written and committed. The file stays the same, and every
       connection to it stays open: each sees either the old state or the new one, and each hub
       finds other links.

    Args:
        wait: seconds to wait for the write lock.
        report: called with a line of text at each step.
        accept_triggers: also restore triggers, views and virtual tables that are not the site's.

    Raises:
        BackupError: nothing was changed.
    """
    database = database_file(alias)
    if database.exists() and backup.exists() and backup.samefile(database):
        raise BackupError(f"{backup} is the database in use: name a backup of it.")
    contents = examine(backup)
    if not accept_triggers:
        refuse_strangers(backup, database)
    report(f"{backup} is sound: {contents}.")
    behind = migrations_behind(backup, contents)
    with staged_copy(backup, database) as staged:
        if behind:
            report(f"It is older than this version of the software: applying {behind} migrations.")
            migrate(staged, alias)
        kept = _write(staged, database, wait, report, progress)
        withdrawn = _withdrawn_since(staged, kept) if kept else []
    return Restored(contents, kept, withdrawn)


def _write(
    staged: Path,
    database: Path,
    wait: float,
    report: Callable[[str], None],
    progress: Progress | None,
) -> Path | None:
    """Write the staged copy into the database; return the path of the previous contents."""
    kept: Path | None = None
    present = database.exists()
    end = time.monotonic() + wait

    def step(status: int, remaining: int, total: int) -> None:
        nonlocal kept
        if status in _LOCKED and time.monotonic() > end:
            raise BackupError(
                f"Nothing was restored: another process has held the database's lock for "
                f"{wait:g} s. Stop the process that writes there, or give a longer --wait."
            )
        if status != _WRITTEN:
            return  # SQLite reports the error itself; and after the commit nothing may fail here
        # The first step has taken the lock, and has written nothing that others can see.
        if present and kept is None:
            kept = _keep(database, report)
            report("Writing the backup's contents.")
        if progress:
            progress(percent(remaining, total))

    cannot = f"Nothing was restored: {database} cannot be written"
    if present:
        _close(database, report)
    else:
        with words(cannot):
            create(database.resolve())  # SQLite would create it readable for others
    try:
        with (
            words(cannot),
            closing(open_to_read(staged)) as source,
            closing(sqlite3.connect(database, isolation_level=None, timeout=0)) as target,
        ):
            # A power cut must not undo the commit once readers have seen it.
            target.execute("PRAGMA synchronous=FULL")
            [pages] = source.execute("PRAGMA page_count").fetchone()
            # At least two steps, so that the first is not also the last.
            at_once = max(1, min(PAGES, pages // 2))
            source.backup(target, pages=at_once, progress=step, sleep=_LOOK_AGAIN)
            with suppress(sqlite3.Error):
                # Otherwise the next publisher would have to move all of it out of the -wal.
                target.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except Exception:  # raised again after cleaning up
        if kept:
            kept.unlink(missing_ok=True)
        if not present and not database.stat().st_size:
            remove(database.resolve())
        raise
    return kept


def _close(database: Path, report: Callable[[str], None]) -> None:
    """Remove other users' access to the database that will hold the backup, where we may."""
    try:
        changed = close_to_others(database)
    except OSError as error:
        report(f"Other users may still be able to read {database}: {error.strerror or error}.")
        return
    if changed:
        before, now = changed
        report(
            f"{database} was open to other users (mode {before:04o}) and now is not ({now:04o})."
        )


def _keep(database: Path, report: Callable[[str], None]) -> Path:
    kept = path_beside(database, "before-restore")
    report(f"Keeping the present contents as {kept}.")
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
    """Return the keys that were withdrawn after the backup was made."""
    try:
        with closing(open_to_read(kept)) as database:
            database.execute("ATTACH ? AS backup", [f"{staged.absolute().as_uri()}?mode=ro"])
            return [key for (key,) in database.execute(_WITHDRAWN)]
    except sqlite3.Error:
        return []  # the previous contents had no log, or a damaged one
