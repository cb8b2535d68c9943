"""A log formatter: one JSON object on one line for each record, with the bounds of `OneLine`."""

import json
import logging
from datetime import UTC, datetime

from .one_line import message_of, one_line, traceback_of


class JsonLine(logging.Formatter):
    """Formats a record as JSON: time, level, logger, message, and request_id, traceback if any.

        "formatters": {"json": {"class": "stoppress.live.json_line.JsonLine"}}

    If the record has `fields`, a dictionary given as `extra`, they are added.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record, in ASCII: no encoding of standard error can break it."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, object] = {
            "time": time.replace("+00:00", "Z"),  # RFC 3339
            "level": record.levelname,
            "logger": record.name,
            "message": one_line(message_of(record)),
        }
        if found := getattr(record, "request_id", ""):
            told["request_id"] = found
        told |= getattr(record, "fields", {})
        if trace := traceback_of(record, self):
            told["traceback"] = trace
        return json.dumps(told)
