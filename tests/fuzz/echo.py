"""An application behind the site's own protocols that reports what the server has understood.

`python -m tests.fuzz.echo --told FILE --workers 2 --portable` writes the port that it listens on
and its processes to a file.
"""

import argparse
import asyncio
import hashlib
import json
import logging
import multiprocessing
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings

from stoppress.live.delivery.sink import DIRECT
from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from stoppress.live.fast_path.handshake import HandshakeProtocol
from stoppress.site.serving.http_protocol import HttpProtocol

from .answers import MARK
from .frames import MESSAGE_BYTES


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with a report of the request; send every WebSocket message back, after a greeting."""
    if scope["type"] == "lifespan":
        return
    if scope["type"] == "websocket":
        await echo_messages(scope, receive, send)
        return
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    told = json.dumps(understood(scope, bytes(body))).encode()
    length = str(len(told)).encode()
    headers = [(b"content-length", length), (MARK.encode(), target_of(scope).encode()[:200])]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


def understood(scope: Any, body: bytes) -> dict[str, Any]:
    """Return the request as the server has understood it."""
    return {
        "method": scope["method"],
        "target": target_of(scope),
        "headers": [
            [name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]
        ],
        "length": len(body),
        "digest": hashlib.sha256(body).hexdigest(),
    }


def target_of(scope: Any) -> str:
    """Return a path with its query, unchanged."""
    query = scope["query_string"].decode("latin-1")
    path: str = scope["raw_path"].decode("latin-1")
    return f"{path}?{query}" if query else path


async def echo_messages(scope: Any, receive: Any, send: Any) -> None:
    """Send the WebSocket's nonce, then send every message back."""
    first = target_of(scope).encode()
    take = scope["extensions"].get(DIRECT)
    if take is not None:
        Reader(take, first)
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": first.decode()})
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") is not None:
            with suppress(RuntimeError):  # the server has closed it meanwhile
                await send({"type": "websocket.send", "text": message["text"]})


class Reader:
    """A connection whose messages are sent back to it."""

    def __init__(self, take: Any, first: bytes) -> None:
        self._here = True
        self._sink = take(self)
        self._sink.write([first])

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


def serve(listening: socket.socket, portable: bool) -> None:
    """Serve until SIGTERM."""
    config = uvicorn.Config(
        echo,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=HttpProtocol,
        ws=ConsumerProtocol if portable else HandshakeProtocol,
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run([listening])


def main() -> None:
    parser = argparse.ArgumentParser("tests.fuzz.echo")
    parser.add_argument("--told", type=Path, required=True)
    parser.add_argument("--portable", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    settings.configure()
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        fork = multiprocessing.get_context("fork")
        others = [
            fork.Process(target=serve, args=(listening, options.portable), daemon=True)
            for _ in range(options.workers - 1)
        ]
        for other in others:
            other.start()
        pids = [os.getpid(), *(other.pid for other in others)]
        options.told.write_text(" ".join(map(str, [listening.getsockname()[1], *pids])) + "\n")
        serve(listening, options.portable)


if __name__ == "__main__":
    main()
