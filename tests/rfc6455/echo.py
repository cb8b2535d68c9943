"""An echo behind the site's own WebSocket protocols, for a suite that expects one.

`python -m tests.rfc6455.echo portable` prints the port that it listens on.
"""

import asyncio
import math
import socket
import sys
from typing import Any

import uvicorn
from django.conf import settings

from stoppress.live.delivery.sink import DIRECT
from stoppress.live.fast_path import allowance
from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from stoppress.live.fast_path.handshake import HandshakeProtocol
from stoppress.site.serving.http_protocol import HttpProtocol

# The largest message of the suite; readers of the site may send 4 KiB.
MESSAGE_BYTES = 16 * 2**20

PROTOCOLS = {"portable": ConsumerProtocol, "fast": HandshakeProtocol}


class Echo:
    """A connection whose messages are sent back; binary ones are refused, as by the site."""

    def __init__(self, take: Any) -> None:
        self._here = True
        self._sink = take(self)

    def message_received(self, message: str | None) -> None:
        """Send a message back, after the pongs for the same data."""
        if message is not None:
            asyncio.get_running_loop().call_soon(self._send_back, message.encode())

    def _send_back(self, data: bytes) -> None:
        if self._here:
            self._sink.write([data])

    def filled(self) -> None:
        """Do nothing: nothing is sent around the sink."""

    def drained(self) -> None:
        """Do nothing: nothing waits to be sent."""

    def disconnected(self, code: int) -> None:
        """Send nothing more."""
        self._here = False


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Send every message back, through the fast path if the server offers it."""
    take = scope["extensions"].get(DIRECT)
    if take is not None:
        Echo(take)
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        back = {name: message[name] for name in ("text", "bytes") if message.get(name) is not None}
        await send({"type": "websocket.send", **back})


def main() -> None:
    settings.configure()
    # The suite sends thousands of fragments and pings at once.
    allowance.AT_ONCE = math.inf
    config = uvicorn.Config(
        echo,
        http=HttpProtocol,
        ws=PROTOCOLS[sys.argv[1]],
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        lifespan="off",
        log_level="critical",
        timeout_graceful_shutdown=1,
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main()
