"""The reference client's WebSocket transport."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from stoppress.live.protocol.frames import PROTOCOL

from .wire import OPEN_SECONDS, Ask, Decode, Ended, Frame, Wire, frame_of, retry_after


class WebSocketWire:
    """An open WebSocket."""

    def __init__(self, connection: ClientConnection, decode: Decode) -> None:
        self._connection = connection
        self._decode = decode

    async def receive(self) -> Frame:
        return frame_of(await self._connection.recv(), self._decode)

    async def send(self, text: str) -> None:
        await self._connection.send(text)

    async def close(self, code: int, reason: str) -> None:
        await self._connection.close(code, reason)


@asynccontextmanager
async def open_websocket(site: str, ask: Ask, decode: Decode) -> AsyncIterator[Wire]:
    """Open `/live/ws`.

    Args:
        site: the site's address without a trailing slash.
    """
    secure = ssl.create_default_context() if site.startswith("https") else None
    try:
        async with connect(
            f"ws{site.removeprefix('http')}/live/ws?{ask.query()}",
            additional_headers=ask.headers(),
            subprotocols=[Subprotocol(PROTOCOL)],
            ssl=secure,
            compression=None,
            max_size=None,
            open_timeout=OPEN_SECONDS,
            close_timeout=2,
            ping_interval=None,  # the server's heartbeat is the sign of life
            proxy=None,
        ) as connection:
            yield WebSocketWire(connection, decode)
    except ConnectionClosed as closed:
        if closed.rcvd is None:
            raise Ended(1006) from closed
        raise Ended(closed.rcvd.code, closed.rcvd.reason) from closed
    except InvalidStatus as refused:
        answer = refused.response
        wait = retry_after(answer.headers.get("Retry-After"))
        raise Ended(answer.status_code, "the handshake was refused", wait) from refused
    except WebSocketException as error:
        raise OSError(str(error)) from error
