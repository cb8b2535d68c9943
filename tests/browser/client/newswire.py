"""A server that keeps a log, and gives it out by three transports in a network of the test's."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from aiohttp import WSMsgType, web

from .scripted import Frame, ScriptedServer, cursor

START = 10


class Newswire(ScriptedServer):
    """One stream, `news`, whose pages stand at position 10.

    Attributes:
        ways: what the network does to a transport: it is `open`, `cut`, or silent: a WebSocket's
            upgrade is swallowed, what an event stream says is buffered. A number is a status
            that the transport answers with.
        asked: which transport was asked for the stream, with which cursor, and when.
        applied: what the page has answered to heartbeats.
        heartbeat: seconds between heartbeats.
        next: seconds that a poll's answer asks to wait.
        most: how many events a poll's answer holds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ways: dict[str, str | int] = {"ws": "open", "sse": "open", "poll": "open"}
        self.retry_after = ""
        self.log: list[Frame] = []
        self.asked: list[tuple[str, str, float]] = []
        self.applied: list[Frame] = []
        self.known: list[str] = []
        self.heartbeat = 25.0
        self.next = 0.2
        self.most = 200
        self._grown = asyncio.Event()
        self._lines: set[tuple[str, asyncio.Transport]] = set()
        self._held = asyncio.Event()

    @property
    def transports(self) -> list[str]:
        """The transports that were asked, one after the other."""
        return [transport for transport, _, _ in self.asked]

    @property
    def head(self) -> int:
        """The position of the last event."""
        return START + len(self.log)

    @property
    def open(self) -> int:
        """Number of connections that readers hold."""
        return sum(not line.is_closing() for transport, line in self._lines if transport != "poll")

    def let_go(self) -> None:
        """Answer `/hold`, by which a page blocks itself until then."""
        self.loop.call_soon_threadsafe(self._held.set)

    def publish(self, item: Frame) -> None:
        """Put an item."""
        self.run(self._publish(item))

    def cut(self, transport: str) -> None:
        """Cut the lines of a transport that are open now."""
        self.run(self._cut(transport))

    async def _publish(self, item: Frame) -> None:
        put = {"op": "put", "event": "article.published", "key": item["key"], "item": item}
        await self._tell(put)

    async def _tell(self, event: Frame) -> None:
        place = {"after": cursor(self.head), "cursor": cursor(self.head + 1)}
        self.log.append({"type": "event", "stream": "news", **place, **event})
        self._grown.set()
        self._grown = asyncio.Event()

    async def _cut(self, transport: str) -> None:
        for known, line in self._lines:
            if known == transport:
                line.abort()

    def route(self, router: web.UrlDispatcher) -> None:
        router.add_get("/live/ws", self._ws)
        router.add_get("/live/sse", self._sse)
        router.add_get("/live/poll", self._poll)
        router.add_get("/hold", self._hold)

    async def _hold(self, request: web.Request) -> web.Response:
        await self._held.wait()
        return web.Response()

    async def _enter(self, transport: str, request: web.Request) -> int:
        """Note a question and let the network have its way; returns the position asked from."""
        (asked,) = parse_qs(request.query_string)["stream"]
        stream, _, place = asked.partition("@")
        assert stream == "news"
        self.asked.append((transport, place, time.monotonic()))
        line = request.transport
        assert line is not None
        self._lines.add((transport, line))
        way = self.ways[transport]
        if way == "cut":
            line.abort()
            raise web.HTTPServiceUnavailable
        if way == "silent":
            await asyncio.Event().wait()
        if isinstance(way, int):
            raise _refusal(way, self.retry_after)
        return int(place.partition("-")[0])

    async def _follow(self, position: int) -> AsyncIterator[Frame]:
        yield {"type": "hello", "protocol": "stoppress.v1", "heartbeat": self.heartbeat}
        live = False
        while True:
            for event in self.log[position - START :]:
                yield event
                position += 1
            grown = self._grown
            if not live:
                live = True
                yield {"type": "live", "stream": "news", "cursor": cursor(position)}
            elif position == self.head:
                try:
                    await asyncio.wait_for(grown.wait(), self.heartbeat)
                except TimeoutError:
                    yield {"type": "heartbeat", "cursors": {"news": cursor(position)}}

    async def _ws(self, request: web.Request) -> web.StreamResponse:
        position = await self._enter("ws", request)
        socket = web.WebSocketResponse(protocols=["stoppress.v1"])
        await socket.prepare(request)
        telling = asyncio.ensure_future(self._send(socket, position))
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.applied.append(json.loads(message.data))
        telling.cancel()
        return socket

    async def _send(self, socket: web.WebSocketResponse, position: int) -> None:
        with suppress(ConnectionError):
            async for frame in self._follow(position):
                await socket.send_str(json.dumps(frame))

    async def _sse(self, request: web.Request) -> web.StreamResponse:
        position = await self._enter("sse", request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with suppress(ConnectionError):
            async for frame in self._follow(position):
                text = f"event: {frame['type']}\ndata: {json.dumps(frame)}\n\n"
                await response.write(text.encode())
        return response

    async def _poll(self, request: web.Request) -> web.StreamResponse:
        position = await self._enter("poll", request)
        frames: list[Any] = self.log[position - START :][: self.most]
        position += len(frames)
        if position == self.head:
            frames = [*frames, {"type": "live", "stream": "news", "cursor": cursor(position)}]
        wait = self.next if position == self.head else 0
        told = {"frames": frames, "cursors": {"news": cursor(position)}, "next": wait}
        body = json.dumps(told).encode()
        headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()}"', "Cache-Control": "no-cache"}
        self.known.append(request.headers.get("If-None-Match", ""))
        if self.known[-1] == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="application/json", headers=headers)


def _refusal(status: int, retry_after: str) -> web.HTTPException:
    class Refused(web.HTTPException):
        status_code = status

    headers = {"Retry-After": retry_after} if retry_after else {}
    return Refused(headers=headers, text="no such stream: news")
