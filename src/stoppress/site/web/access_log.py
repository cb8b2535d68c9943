"""The access log: one line for each request that has ended, also for one that lasts for hours."""

import logging
import time
from typing import Any

from stoppress.live.asgi_types import Application
from stoppress.live.delivery.sink import DIRECT, Reader
from stoppress.live.readers.limits.client_address import client_address
from stoppress.live.request_id import current_id

logger = logging.getLogger("stoppress.access")

# The most characters of a path in a line, so that the fields after it are not cut off.
PATH_CHARS = 300


def with_access_log(application: Application) -> Application:
    """Return an application that logs each request, HTTP or WebSocket, at its end."""
    logged = {"http": _serve_http, "websocket": _serve_websocket}

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        serve = logged.get(scope["type"])
        if serve is None:
            await application(scope, receive, send)
        else:
            await serve(Entry(scope), application, scope, receive, send)

    return answers


async def _serve_http(
    entry: "Entry", application: Application, scope: Any, receive: Any, send: Any
) -> None:
    head = scope["method"] == "HEAD"  # the server leaves the body out

    async def sends(message: Any) -> None:
        if message["type"] == "http.response.start":
            entry.status = message["status"]
        elif not head:
            entry.bytes += len(message.get("body", b""))
        await send(message)

    try:
        await application(scope, receive, sends)
    except Exception:
        entry.status = entry.status or 500  # the server's answer
        raise
    finally:
        entry.write(str(entry.bytes))


async def _serve_websocket(
    entry: "Entry", application: Application, scope: Any, receive: Any, send: Any
) -> None:
    taken = False
    extensions = dict(scope.get("extensions") or {})

    if direct := extensions.get(DIRECT):

        def take(reader: Reader, subprotocol: str | None = None) -> Any:
            nonlocal taken
            sink = direct(LoggedReader(reader, entry), subprotocol)
            taken = True
            return sink

        extensions[DIRECT] = take

    async def receives() -> Any:
        message = await receive()
        if message["type"] == "websocket.disconnect" and not entry.status:
            entry.status = message.get("code")
        return message

    async def sends(message: Any) -> None:
        if message["type"] == "websocket.close" and not entry.status:
            entry.status = message.get("code", 1000) if entry.open else 403
        elif message["type"] == "websocket.http.response.start":
            entry.status = message["status"]
        elif message["type"] == "websocket.accept":
            entry.open = True
        await send(message)

    try:
        await application({**scope, "extensions": extensions}, receives, sends)
    finally:
        if not taken:
            entry.write("-")


class Entry:
    """One request's line.

    Attributes:
        status: of the answer; of a WebSocket the close code, or the status of its refusal.
        bytes: of the answer's body.
        open: the WebSocket was accepted.
    """

    __slots__ = ("_address", "_began", "_id", "_method", "_path", "bytes", "open", "status")

    def __init__(self, scope: Any) -> None:
        self._began = time.monotonic()
        self._id = current_id()
        self._method = scope.get("method", "WEBSOCKET")
        # The raw path has no spaces, so every line has the same number of words.
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin1")
        self._path = path if len(path) <= PATH_CHARS else path[: PATH_CHARS - 1] + "…"
        self._address = client_address(scope)
        self.status: int | None = None
        self.bytes = 0
        self.open = False

    def write(self, length: str) -> None:
        """Write the line.

        Args:
            length: of the answer in bytes; `-` if it is unknown.
        """
        fields = {
            "method": self._method,
            "path": self._path,
            "status": self.status,
            "bytes": int(length) if length.isdigit() else None,
            "milliseconds": round((time.monotonic() - self._began) * 1000),
            "address": self._address,
        }
        logger.info(
            "%s %s %s %s %d ms %s",
            self._method,
            self._path,
            self.status or "-",
            length,
            fields["milliseconds"],
            self._address,
            extra={"fields": fields, "request_id": self._id},
        )


class LoggedReader:
    """A reader whose end is logged; the server calls this object instead of the reader."""

    __slots__ = ("_entry", "disconnect", "drained", "filled", "message_received")

    def __init__(self, reader: Reader, entry: Entry) -> None:
        self._entry = entry
        self.disconnect = reader.disconnected
        self.message_received = reader.message_received
        self.filled = reader.filled
        self.drained = reader.drained

    def disconnected(self, code: int) -> None:
        """Log the end of the connection, after the reader has cleaned up."""
        try:
            self.disconnect(code)
        finally:
            self._entry.status = code
            self._entry.write("-")
