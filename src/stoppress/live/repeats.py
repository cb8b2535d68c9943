"""A log filter: it passes a few equal lines each minute, then reports how many more there were."""

import atexit
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .one_line import is_a_fault, is_refused, message_of, one_line

SECONDS = 60.0
# Most records of a kind in a minute; those with a traceback are a hundred times as long.
LINES = 10
TRACEBACKS = 3
# Most kinds of one logger and level; further ones count as one kind for that minute. Messages that
# contain a stranger's text would each be a kind of their own.
KINDS = 20
# Characters of the last suppressed message that the summary quotes.
SAMPLE_CHARS = 120

Logger = tuple[str, int]
# Marks a summary with the filter that made it: no other filter passes it.
_REPORTER = "stoppress_reporter"
# The filter that counted a record last, and whether it passes the record.
_COUNTED = "stoppress_counted"


@dataclass(slots=True)
class _Kind:
    left_out: int = 0
    passed: int = 0
    last: str = ""


class Repeats(logging.Filter):
    """Passes a few records of each kind, and reports at the minute's end how many more came.

        "filters": {"repeats": {"()": "stoppress.live.repeats.Repeats"}}

    A kind is a logger, a level and a message before its arguments are inserted; for an error with a
    traceback, the place where it was raised instead of the message. So both the log and the memory
    used are bounded, whatever strangers send.

    Args:
        seconds: length of a minute.
        clock: returns seconds.
    """

    def __init__(
        self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._seconds = seconds
        self._clock = clock
        # Reentrant: what is freed or formatted under the lock may log, on the same thread.
        self._lock = threading.RLock()
        self._ends = clock() + seconds
        self._kinds: dict[Logger, dict[object, _Kind]] = {}
        self._timer: threading.Timer | None = None
        atexit.register(self._report_at_exit)

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is among the first of its kind in this minute."""
        reporter = getattr(record, _REPORTER, None)
        if reporter is not None:
            return reporter is self
        counter, passes = getattr(record, _COUNTED, (None, False))
        if counter is not self:  # otherwise another handler has counted it already
            passes = self._counts(record)
            setattr(record, _COUNTED, (self, passes))
        return bool(passes)

    def _counts(self, record: logging.LogRecord) -> bool:
        if self._clock() >= self._ends:
            self.report()
        with self._lock:
            kind = self._kind(record)
            if kind.passed < (TRACEBACKS if _has_traceback(record) else LINES):
                kind.passed += 1
                return True
            kind.left_out += 1
        kind.last = one_line(message_of(record))[:SAMPLE_CHARS]
        self._report_later()
        return False

    def report(self) -> None:
        """End the minute: log how many records of each kind were suppressed, and start again."""
        with self._lock:
            kinds, self._kinds = self._kinds, {}
            self._ends = self._clock() + self._seconds
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        for (name, level), found in kinds.items():
            for kind in found.values():
                if kind.left_out:
                    self._report_kind(name, level, kind)

    def _report_at_exit(self) -> None:
        logging.raiseExceptions = False  # the log's stream may be closed by now
        self.report()

    def _kind(self, record: logging.LogRecord) -> _Kind:
        kinds = self._kinds.setdefault((record.name, record.levelno), {})
        text = _text_of(record)
        if text not in kinds and len(kinds) >= KINDS:
            text = None
        return kinds.setdefault(text, _Kind())

    def _report_later(self) -> None:
        """Start a timer, so that the summary is logged even if no further record comes."""
        with self._lock:
            if self._timer is not None:
                return
            timer = threading.Timer(max(0.0, self._ends - self._clock()), self.report)
            timer.daemon = True
            try:
                timer.start()
            except RuntimeError:  # there are too many threads: the next record logs the summary
                return
            self._timer = timer

    def _report_kind(self, name: str, level: int, kind: _Kind) -> None:
        logger = logging.getLogger(name)
        words = "… and %d more like it in the last minute, the last one: %s"
        arguments = (kind.left_out, kind.last)
        # It may be logged in the course of any request, and belongs to none.
        extra = {_REPORTER: self, "request_id": ""}
        record = logger.makeRecord(name, level, __file__, 0, words, arguments, None, extra=extra)
        logger.handle(record)


def _text_of(record: logging.LogRecord) -> object:
    """Return what records of a kind have in common, besides logger and level."""
    if is_refused(record):
        return ""  # its message is the exception's own, with the stranger's text in it
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
    # Django logs every status with one message.
    return getattr(record, "status_code", None)
