"""One line of log for each thing that happened, however long or odd what a stranger said."""

import logging
import re

# Characters of a line, and of a traceback below it.
LINE_CHARS = 500
TRACEBACK_CHARS = 8000
# Whatever begins a line, moves the cursor, turns the direction of reading, or is no character.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# Before each line of a traceback: what stands in an exception's words cannot pass for a line.
_INDENT = "    "


class OneLine(logging.Formatter):
    """Writes a record as one bounded line; below it a traceback where the fault is our own.

    "formatters": {"line": {"class": "stoppress.live.one_line.OneLine", "format": …}}
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        record.message = record.getMessage()
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        line = one_line(self.formatMessage(record))
        if record.exc_info and is_a_fault(record):
            line += "\n" + _below(self.formatException(record.exc_info))
        if record.stack_info:
            line += "\n" + _below(self.formatStack(record.stack_info))
        return line


def is_a_fault(record: logging.LogRecord) -> bool:
    """Say whether something of ours went wrong, so that it matters where.

    Django logs what it refuses (a wrong host, too many fields, a body that cannot be read) with
    a traceback too, which tells whoever reads it nothing, and costs the stranger nothing.
    """
    status = getattr(record, "status_code", None)
    refused = isinstance(status, int) and 400 <= status < 500
    return record.levelno >= logging.ERROR and not refused and not is_refused(record)


def is_refused(record: logging.LogRecord) -> bool:
    """Say whether a record tells of a request that Django found suspicious."""
    return record.name.startswith("django.security")


def one_line(text: str) -> str:
    """Return a text without control characters, cut to what a line may have."""
    # Cut before, so that a long one costs little, and after, since an escape is longer.
    text = _CONTROL.sub(_escaped, text.strip()[: LINE_CHARS + 1])
    return text if len(text) <= LINE_CHARS else text[: LINE_CHARS - 1] + "…"


def _below(text: str) -> str:
    """Return a traceback with each line set in, without its middle where it is long."""
    if len(text) > TRACEBACK_CHARS:
        half = TRACEBACK_CHARS // 2
        text = f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
    return "\n".join(_INDENT + _CONTROL.sub(_escaped, line) for line in text.split("\n"))


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
