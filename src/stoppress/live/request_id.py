"""The id of the request that is being answered, and the log filter that shows it."""

import logging
from contextvars import ContextVar


class RequestId:
    """A request's id, from its start to its end.

    A timer or task that a request started keeps the request's context. Its log lines after the
    request's end are not about the request: so this is an object, which is emptied at the end.

    Attributes:
        text: the id; empty once the request has ended.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        """Begin a request: code in this context, and tasks started from it, belong to it."""
        self.text = text
        _current.set(self)

    def end(self) -> None:
        """End the request."""
        self.text = ""


_current: ContextVar[RequestId | None] = ContextVar("stoppress_request_id", default=None)


def current_id() -> str:
    """Return the id of the request that is being answered; empty without one."""
    current = _current.get()
    return current.text if current is not None else ""


class RequestIds(logging.Filter):
    """Gives each record `request_id`, and the same in brackets, `in_request`, for a line's format.

    "filters": {"request_ids": {"()": "stoppress.live.request_id.RequestIds"}}
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Pass every record; one that names its request itself keeps that id."""
        found = getattr(record, "request_id", None)
        record.request_id = found = current_id() if found is None else found
        record.in_request = f" [{found}]" if found else ""
        return True
