"""Database trouble: find its cause from an error, and log many errors as one line."""

import logging
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from traceback import walk_tb

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError

from .one_line import one_line

logger = logging.getLogger("stoppress.live")

UNREACHABLE, FULL, READ_ONLY, LOCKED, UNREADABLE = (
    "cannot be reached",
    "has no space left",
    "is read-only",
    "is locked",
    "cannot be read",
)
# Marks the error of a write inside `live.reading()`: a fault of the program, not of the database.
WRITE_REFUSED = "stoppress_write_refused"
# Trouble is over after this many seconds without an error.
QUIET_SECONDS = 10.0

# PostgreSQL's error codes, by their first characters (its manual, appendix A).
_STATES = (
    ("08", UNREACHABLE),  # connection exception
    ("57P", UNREACHABLE),  # the server is starting or shutting down
    ("53100", FULL),
    ("53", "is short of memory or connections"),
    ("55P03", LOCKED),  # a lock was not free in time
    ("57014", "takes too long"),  # a limit, or an administrator, ended the statement
    ("40", "is busy"),  # two transactions hindered each other; on a standby, its replay
    ("25006", READ_ONLY),
    ("58", UNREADABLE),
)
_SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: UNREADABLE,
    sqlite3.SQLITE_CANTOPEN: UNREADABLE,
    sqlite3.SQLITE_CORRUPT: UNREADABLE,
    sqlite3.SQLITE_NOTADB: UNREADABLE,
}

_WAS = {"cannot": "could not", "has": "had", "is": "was", "takes": "took"}
_PAST = re.compile("^(cannot|has|is|takes)")


def trouble_in(error: BaseException) -> str | None:
    """Return what an error means for the database, in words; None if the database works.

    The words complete the sentence "the database …".
    """
    if hasattr(error, WRITE_REFUSED):
        return None
    cause: BaseException | None = error
    if isinstance(error, DatabaseError):
        cause = error.__cause__
    elif not isinstance(error, sqlite3.Error):
        return None
    state: str | None = getattr(cause, "sqlstate", None)
    if state is not None:
        return next((words for begin, words in _STATES if state.startswith(begin)), None)
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)
    # The driver raises these by itself if a connection cannot be opened, or is lost.
    return UNREACHABLE if isinstance(error, InterfaceError | OperationalError) else None


def may_have_committed(error: BaseException) -> bool:
    """Return whether the connection was lost during a commit, whose result is then unknown."""
    return trouble_in(error) == UNREACHABLE and any(
        frame.f_code.co_name == "_commit"
        for each in _chain(error)
        for frame, _ in walk_tb(each.__traceback__)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes: after a failed COMMIT, Django connects again."""
    met: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and each not in met:
            met.append(each)
            waiting += [each.__context__, each.__cause__]
            yield each


@dataclass(slots=True)
class _Spell:
    began: float
    last: float
    errors: int = 0


class Trouble:
    """Logs the first error of a kind, and later how long it lasted and how many more there were."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spells: dict[str, _Spell] = {}

    def note(self, error: BaseException) -> str | None:
        """Record an error; return what it means for the database, as `trouble_in` does."""
        words = trouble_in(error)
        if words is None:
            return None
        now = time.monotonic()
        with self._lock:
            first = words not in self._spells
            spell = self._spells.setdefault(words, _Spell(now, now))
            spell.last, spell.errors = now, spell.errors + 1
        if first:
            logger.error(
                "the database %s. What needs it fails until it works again. Its message: %s",
                words,
                one_line(str(error).partition("\n")[0]),
            )
        return words

    def end(self) -> None:
        """Log the end of each kind of trouble that did not come up for a while.

        Call this when the database has answered.
        """
        if not self._spells:
            return
        since = time.monotonic() - QUIET_SECONDS
        with self._lock:
            over = {words: spell for words, spell in self._spells.items() if spell.last < since}
            for words in over:
                del self._spells[words]
        for words, spell in over.items():
            logger.info(
                "the database works again: it %s for %.0f s, and %d requests or reads failed",
                _PAST.sub(lambda found: _WAS[found[0]], words),
                spell.last - spell.began,
                spell.errors,
            )


trouble = Trouble()
"""The trouble of this process."""
