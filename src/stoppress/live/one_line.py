"""A log formatter: one line of bounded length for each record; control characters are escaped."""

import logging
import re
import time

# Most characters of a line, and of a traceback below it.
LINE_CHARS = 500
TRACEBACK_CHARS = 8000
# Characters that begin a line, move the cursor, change the reading direction, or are invalid.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# Precedes each line of a traceback, so that no text in an exception can look like a log line.
_INDENT = "    "


class OneLine(logging.Formatter):
    """Formats a record as one bounded line; below it a traceback, if the error is our own.

    Times are in UTC: Django gives the process the site's zone, in which an hour may come twice.

    "formatters": {"line": {"class": "stoppress.live.one_line.OneLine", "format": …}}
    """

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        record.message = record.getMessage()
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        line = one_line(self.formatMessage(record))
        if trace := traceback_of(record, self):
            line += "\n" + "\n".join(_INDENT + each for each in trace.split("\n"))
        return line


def is_a_fault(record: logging.LogRecord) -> bool:
    """Return whether a record reports an error of our own, so that its traceback matters.

    Django logs requests that it refuses (a wrong host, too many fields, an unreadable body) with a
    traceback too. Such a traceback helps nobody, and any stranger can cause it.
    """
    status = getattr(record, "status_code", None)
    refused = isinstance(status, int) and 400 <= status < 500
    return record.levelno >= logging.ERROR and not refused and not is_refused(record)


def is_refused(record: logging.LogRecord) -> bool:
    """Return whether a record reports a request that Django found suspicious."""
    return record.name.startswith("django.security")


def one_line(text: str) -> str:
    """Return a text without control characters, cut to the length of a line."""
    # Cut first, so that a long text costs little, and again after, since escapes are longer.
    text = _CONTROL.sub(_escaped, text.strip()[: LINE_CHARS + 1])
    return text if len(text) <= LINE_CHARS else text[: LINE_CHARS - 1] + "…"


def message_of(record: logging.LogRecord) -> str:
    """Return a record's message; without its arguments if they do not fit it."""
    try:
        return record.getMessage()
    except Exception:  # a wrong argument must not fail the code that logs
        return str(record.msg)


def traceback_of(record: logging.LogRecord, formatter: logging.Formatter) -> str:
    """Return the traceback of an error of our own, and the stack if one is wanted; or nothing.

    Control characters except line breaks are removed, and the middle of a long one is left out.
    """
    texts = []
    if record.exc_info and is_a_fault(record):
        texts.append(formatter.formatException(record.exc_info))
    if record.stack_info:
        texts.append(formatter.formatStack(record.stack_info))
    return "\n".join(map(_bounded, texts))


def _bounded(text: str) -> str:
    if len(text) > TRACEBACK_CHARS:
        half = TRACEBACK_CHARS // 2
        text = f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
    return "\n".join(_CONTROL.sub(_escaped, line) for line in text.split("\n"))


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
