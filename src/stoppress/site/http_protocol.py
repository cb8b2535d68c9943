"""uvicorn's HTTP protocol, with what a stream of server-sent events needs besides."""

from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from . import leaving

TRANSPORT = "stoppress.transport"


class HttpProtocol(HttpToolsProtocol):
    """Shows the application its transport, and keeps no connection open while it leaves."""

    def on_message_begin(self) -> None:
        """Begin a request's scope."""
        super().on_message_begin()
        # An ASGI server has no other way to let an application set a socket's options.
        cast(dict[str, Any], self.scope)["extensions"] = {TRANSPORT: self.transport}

    def on_headers_complete(self) -> None:
        """Begin to answer; a client of a server that leaves is told to connect anew."""
        super().on_headers_complete()
        if leaving.begun() and self.cycle is not None:
            self.cycle.keep_alive = False
