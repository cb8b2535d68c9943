"""Repeats: of lines of log that say the same, a few each minute, and how many more there were."""

import atexit
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .one_line import is_a_fault, is_refused, one_line

SECONDS = 60.0
# Of each kind in a minute; those with a traceback are a hundred times as long.
LINES = 10
TRACEBACKS = 3
# Kinds of one logger and level; whatever else it says in that minute counts as one more. Texts that
# hold what a stranger said would each be a kind of their own.
KINDS = 20
# Characters of the last that was left out.
SAMPLE_CHARS = 120

Logger = tuple[str, int]
# Which filter has made a record, to tell of others: no other one lets it through.
_TELLER = "stoppress_teller"
# Which filter has counted a record last, and whether it lets it through.
_COUNTED = "stoppress_counted"


@dataclass(slots=True)
class _Kind:
    left_out: int = 0
    passed: int = 0
    last: str = ""


class Repeats(logging.Filter):
    """Lets a few records of each kind through, and says at the minute's end how many more came.

        "filters": {"repeats": {"()": "stoppress.live.repeats.Repeats"}}

    Of a kind are records of one logger, level and text, before anything is put into it; faults
    with a traceback are by where they were raised. What a stranger can write is bounded by that,
    and so is what is remembered.

    Args:
        seconds: of a minute.
        clock: in seconds.
    """

    def __init__(
        self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._seconds = seconds
        self._clock = clock
        # What is freed or formatted under it may log, on the same thread.
        self._lock = threading.RLock()
        self._ends = clock() + seconds
        self._kinds: dict[Logger, dict[object, _Kind]] = {}
        self._timer: threading.Timer | None = None
        atexit.register(self._tell_at_exit)

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record is among the first of its kind in this minute."""
        teller = getattr(record, _TELLER, None)
        if teller is not None:
            return teller is self
        counter, passes = getattr(record, _COUNTED, (None, False))
        if counter is not self:  # else it has come by another handler already
            passes = self._counts(record)
            setattr(record, _COUNTED, (self, passes))
        return bool(passes)

    def _counts(self, record: logging.LogRecord) -> bool:
        if self._clock() >= self._ends:
            self.tell()
        with self._lock:
            kind = self._kind(record)
            if kind.passed < (TRACEBACKS if _has_traceback(record) else LINES):
                kind.passed += 1
                return True
            kind.left_out += 1
        kind.last = _message(record)
        self._tell_later()
        return False

    def tell(self) -> None:
        """End the minute: say of each kind how many were left out, and begin anew."""
        with self._lock:
            kinds, self._kinds = self._kinds, {}
            self._ends = self._clock() + self._seconds
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        for (name, level), found in kinds.items():
            for kind in found.values():
                if kind.left_out:
                    self._say(name, level, kind)

    def _tell_at_exit(self) -> None:
        logging.raiseExceptions = False  # what it is written to may be closed by now
        self.tell()

    def _kind(self, record: logging.LogRecord) -> _Kind:
        kinds = self._kinds.setdefault((record.name, record.levelno), {})
        text = _text_of(record)
        if text not in kinds and len(kinds) >= KINDS:
            text = None
        return kinds.setdefault(text, _Kind())

    def _tell_later(self) -> None:
        """See that it is told at the minute's end though nothing more comes."""
        with self._lock:
            if self._timer is not None:
                return
            timer = threading.Timer(max(0.0, self._ends - self._clock()), self.tell)
            timer.daemon = True
            try:
                timer.start()
            except RuntimeError:  # there are too many threads: the next record tells
                return
            self._timer = timer

    def _say(self, name: str, level: int, kind: _Kind) -> None:
        logger = logging.getLogger(name)
        words = "… and %d more like it in the last minute, at last: %s"
        told = (kind.left_out, kind.last)
        record = logger.makeRecord(
            name, level, __file__, 0, words, told, None, extra={_TELLER: self}
        )
        logger.handle(record)


def _message(record: logging.LogRecord) -> str:
    try:
        return one_line(record.getMessage())[:SAMPLE_CHARS]
    except Exception:  # whoever logs is not to fail by a wrong argument
        return one_line(str(record.msg))[:SAMPLE_CHARS]


def _text_of(record: logging.LogRecord) -> object:
    """Return what records of a kind have in common, besides their logger and their level."""
    if is_refused(record):
        return ""  # its text is the exception's own, with what the stranger said in it
    if _has_traceback(record):
        return _place_of(record)
    return record.msg if isinstance(record.msg, str) else type(record.msg), _status_of(record)


def _has_traceback(record: logging.LogRecord) -> bool:
    return bool(record.exc_info and record.exc_info[0]) and is_a_fault(record)


def _place_of(record: logging.LogRecord) -> object:
    assert record.exc_info is not None, "there is a traceback"
    error, _, trace = record.exc_info
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return error
    return error, trace.tb_frame.f_code.co_filename, trace.tb_lineno


def _status_of(record: logging.LogRecord) -> object:
    # Django has one text for every status.
    return getattr(record, "status_code", None)
