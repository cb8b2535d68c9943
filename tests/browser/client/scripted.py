"""A server that says to the real client, in a real browser, just what a test tells it to say."""

import asyncio
import io
import json
import threading
import wave
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any, TypeVar
from urllib.parse import parse_qs

from aiohttp import WSMsgType, web

CLIENT = Path(__file__).parents[3] / "src/stoppress/live/static/stoppress/live"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "media-src 'self'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
PATIENCE = 30.0
SILENCE = 60  # seconds of sound at /silence.wav

Frame = dict[str, Any]


def cursor(position: int, branch: int = 0) -> str:
    """Return a cursor; another branch is another history."""
    return f"{position}-{position + 4096 * branch:016x}"


class Conversation:
    """One WebSocket, from the server's side."""

    def __init__(self, server: "ScriptedServer", request: web.Request) -> None:
        self.server = server
        self.query = parse_qs(request.query_string).get("stream", [])
        self.offered = request.headers.get("Sec-WebSocket-Protocol", "")
        self.socket = web.WebSocketResponse(protocols=["stoppress.v1"])
        self.received: Queue[Frame] = Queue()
        self._closed: Queue[int] = Queue()
        self.position = 0

    def say(self, frame: Frame | str) -> None:
        """Send a frame, or a text that is none."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self.server.run(self.socket.send_str(text))

    def hello(self, heartbeat: float = 25, **more: str) -> None:
        """Say hello."""
        self.say({"type": "hello", "protocol": "stoppress.v1", "heartbeat": heartbeat, **more})

    def greet(self, position: int, stream: str = "news") -> None:
        """Say hello, and that the stream has nothing more than the page at this position."""
        self.hello()
        self.position = position
        self.say({"type": "live", "stream": stream, "cursor": cursor(position)})

    def tell(self, event: Frame, stream: str = "news") -> Frame:
        """Send an event that comes right after the one before."""
        frame = {
            "type": "event",
            "stream": stream,
            "after": cursor(self.position),
            "cursor": cursor(self.position + 1),
            "time": "2026-11-22T09:00:00.000Z",
            **event,
        }
        self.position += 1
        self.say(frame)
        return frame

    def put(self, item: Frame, **more: Any) -> None:
        """Send an event that puts an item."""
        self.tell(
            {"op": "put", "event": "article.updated", "key": item["key"], "item": item, **more}
        )

    def remove(self, key: str, version: int, **more: Any) -> None:
        """Send an event that removes a key."""
        item = {"key": key, "version": version}
        self.tell({"op": "remove", "event": "article.moved", "key": key, "item": item, **more})

    def snapshot(
        self, position: int, items: list[Frame], stream: str = "news", **more: Any
    ) -> None:
        """Send a snapshot."""
        frame: Frame = {"type": "snapshot", "stream": stream, "cursor": cursor(position)}
        self.position = position
        self.say({**frame, "reason": "start", "limit": 30, "floor": None, "items": items, **more})

    def close(self, code: int, reason: str = "") -> None:
        """Close from the server's side."""
        self.server.run(self.socket.close(code=code, message=reason.encode()))

    def cut(self) -> None:
        """Cut the line without a word."""
        assert self.socket._req is not None
        transport = self.socket._req.transport
        assert transport is not None
        self.server.loop.call_soon_threadsafe(transport.abort)

    def closed(self) -> int:
        """Wait until the browser has closed, and return its code."""
        return self._closed.get(timeout=PATIENCE)

    @property
    def open(self) -> bool:
        """Whether no reader is known to have closed."""
        return self._closed.empty()

    async def listen(self, request: web.Request) -> None:
        """Take in what the browser says until it leaves."""
        await self.socket.prepare(request)
        self.server.arrived.put(self)
        async for message in self.socket:
            if message.type is WSMsgType.TEXT:
                self.received.put(json.loads(message.data))
        self._closed.put(self.socket.close_code or 1006)


class ScriptedServer:
    """Serves one page under a strict policy, the client's files, and WebSockets to talk through."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.page = ""
        self.style = ""
        self.refuse = 0
        self.arrived: Queue[Conversation] = Queue()
        self.address = ""

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something in the server's thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def next(self, timeout: float = PATIENCE) -> Conversation:
        """Wait for the next WebSocket."""
        return self.arrived.get(timeout=timeout)

    def reset(self) -> None:
        """Forget what the last test left."""
        self.refuse = 0
        self.style = ""
        self.arrived = Queue()

    async def _page(self, request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": POLICY}
        return web.Response(text=self.page, content_type="text/html", headers=headers)

    async def _style(self, request: web.Request) -> web.Response:
        return web.Response(text=self.style, content_type="text/css")

    async def _picture(self, request: web.Request) -> web.Response:
        text = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"/>'
        return web.Response(text=text, content_type="image/svg+xml")

    async def _silence(self, request: web.Request) -> web.Response:
        sound = io.BytesIO()
        with wave.open(sound, "wb") as file:
            file.setparams((1, 1, 8000, 0, "NONE", ""))
            file.writeframes(b"\x80" * 8000 * SILENCE)
        return web.Response(body=sound.getvalue(), content_type="audio/wav")

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        if self.refuse:
            self.refuse -= 1
            raise web.HTTPServiceUnavailable
        conversation = Conversation(self, request)
        await conversation.listen(request)
        return conversation.socket

    def route(self, router: web.UrlDispatcher) -> None:
        """Add the addresses of the transports."""
        router.add_get("/live/ws", self._talk)

    async def start(self) -> web.AppRunner:
        """Listen on a port of loopback."""
        application = web.Application()
        application.router.add_get("/", self._page)
        application.router.add_get("/style.css", self._style)
        application.router.add_get("/picture.svg", self._picture)
        application.router.add_get("/silence.wav", self._silence)
        application.router.add_static("/static/", CLIENT)
        self.route(application.router)
        runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.address = "http://127.0.0.1:{}".format(*runner.addresses[0][1:2])
        return runner


Served = TypeVar("Served", bound=ScriptedServer)


@contextmanager
def running(server: Served) -> Iterator[Served]:
    """Run a server in a thread of its own."""
    thread = threading.Thread(target=server.loop.run_forever, daemon=True)
    thread.start()
    runner = server.run(server.start())
    try:
        yield server
    finally:
        server.run(runner.cleanup())
        server.loop.call_soon_threadsafe(server.loop.stop)
        thread.join(PATIENCE)
        server.loop.close()
