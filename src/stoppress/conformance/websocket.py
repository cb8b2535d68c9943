"""The rules of the WebSocket."""

import asyncio
import json
import secrets
from collections.abc import Mapping

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from stoppress.live.protocol.frames import PROTOCOL
from stoppress.live.protocol.query import STREAMS_AT_MOST

from .channel import Ended, read_on, read_until_live
from .report import Check
from .server import PATIENCE, Asks, Server, query_of
from .transcript import Transcript

MESSAGE_BYTES = 4096
FOREIGN = "https://foreign.invalid"


class SocketChannel:
    """Reads frames from a WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def take_next(self, transcript: Transcript) -> None:
        try:
            message = await self._socket.recv()
        except ConnectionClosed as closed:
            raise Ended(str(closed)) from closed
        transcript.take(_value(message))


def _value(message: str | bytes) -> object:
    """Return the JSON value of a text message; any other message is returned as it is."""
    try:
        value: object = json.loads(message) if isinstance(message, str) else message
    except ValueError:
        return message
    return value


async def watch(server: Server, check: Check, asks: Asks, seconds: float) -> Transcript:
    """Follow streams for some seconds, as a page does."""
    transcript = Transcript(check, asks)
    async with server.socket(query_of(asks)) as socket:
        check("subprotocol", socket.subprotocol == PROTOCOL, f"{socket.subprotocol} was chosen")
        channel = SocketChannel(socket)
        if await read_until_live(channel, check, transcript):
            reached = {name: str(cursor) for name, cursor in transcript.cursors.items()}
            message = json.dumps({"type": "applied", "cursors": reached, "delay_ms": 1})
            await socket.send(message)
            ended = await read_on(channel, check, transcript, seconds)
            check("applied", ended is None, f"after {message}: {ended}")
    return transcript


async def read_from(server: Server, check: Check, asks: Asks) -> Transcript:
    """Read streams from their cursors until every stream is live."""
    transcript = Transcript(check, asks)
    async with server.socket(query_of(asks, full=True)) as socket:
        await read_until_live(SocketChannel(socket), check, transcript)
    return transcript


async def check_plain(server: Server, check: Check, asks: Asks) -> None:
    """Connect without offering a subprotocol."""
    try:
        async with server.socket(query_of(asks), protocols=()) as socket:
            async with asyncio.timeout(PATIENCE):
                first = _value(await socket.recv())
            chosen = socket.subprotocol
    except (ConnectionClosed, InvalidStatus, TimeoutError) as error:
        check("plain", False, error)
        return
    greeted = isinstance(first, dict) and first.get("type") == "hello"
    check("plain", greeted and chosen is None, f"{chosen} was chosen; the first frame was {first}")


async def check_refusals(server: Server, check: Check, stream: str) -> None:
    """Send what the server must refuse, and check how it refuses."""
    nowhere = f"no-such-stream-{secrets.token_hex(8)}"
    many = "&".join(f"stream={nowhere}-{number}" for number in range(STREAMS_AT_MOST + 1))
    ask = query_of({stream: None})
    refused: Mapping[str, tuple[str, str]] = {
        "no stream": ("", "4400"),
        "malformed": ("stream=No%20Name", "4400"),
        "twice": (f"{ask}&{ask}", "4400"),
        "too many": (many, "4400"),
        "4404": (f"stream={nowhere}", "4404"),
    }
    for rule, (query, wanted) in refused.items():
        code = await server.closed_with(query)
        check(rule, code == wanted, f"?{query[:100]} was answered with {code}")
    code = await server.closed_with(ask, protocols=["stoppress.v0"])
    check("4409", code == "4409", f"stoppress.v0 was answered with {code}")
    code = await server.closed_with(ask, say=" " * (MESSAGE_BYTES + 1))
    check("1009", code == "1009", f"{MESSAGE_BYTES + 1} bytes were answered with {code}")
    try:
        async with server.socket(ask, origin=FOREIGN):
            check("origin", False, f"{FOREIGN} was accepted")
    except InvalidStatus as error:
        status = error.response.status_code
        check("origin", status == 403, f"{FOREIGN} was answered with {status}")
