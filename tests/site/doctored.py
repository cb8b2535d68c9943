"""A small server of `stoppress.v1` in memory, which breaks the one rule that it is told to."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from stoppress.live.protocol.cursor import Cursor, first_link, next_link, parse_cursor
from stoppress.live.protocol.query import Ask, parse_ask
from stoppress.live.protocol.refusals import Refusal, malformed, no_such_stream

Frame = dict[str, Any]
HEARTBEAT = 0.05


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Log:
    """One stream: two items, and what happens to them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cursors = [Cursor(0, first_link(bytes(16), name))]
        self.events: list[Frame] = []
        self.items = [self.item("b", 1), self.item("a", 1)]
        self.put("a")

    def item(self, key: str, version: int) -> Frame:
        return {"key": key, "order": key, "version": version}

    def put(self, key: str) -> None:
        after = self.cursors[-1]
        position = after.position + 1
        cursor = Cursor(position, next_link(after.link, position, bytes(16)))
        self.cursors.append(cursor)
        self.events.append(
            {
                "type": "event",
                "stream": self.name,
                "after": str(after),
                "cursor": str(cursor),
                "op": "put",
                "event": "thing.said",
                "key": key,
                "time": now(),
                "item": self.item(key, position + 1),
            }
        )

    def snapshot(self, reason: str) -> Frame:
        return {
            "type": "snapshot",
            "stream": self.name,
            "cursor": str(self.cursors[-1]),
            "reason": reason,
            "limit": 2,
            "floor": "a",
            "items": self.items,
        }

    def place(self, asked: str | None) -> int | str:
        """Return the position to go on from, or the reason of a snapshot."""
        cursor = parse_cursor(asked) if asked is not None else None
        if cursor is None:
            return "start" if asked is None else "unknown"
        if cursor.position >= len(self.cursors):
            return "ahead"
        return cursor.position if self.cursors[cursor.position] == cursor else "fork"


class Doctored:
    """The server; `sick` names the rule that it breaks, and is empty where it is well."""

    def __init__(self, sick: str = "") -> None:
        self.sick = sick
        self.logs = {name: Log(name) for name in ("one", "two")}
        self._watched = {part: asyncio.Event() for part in ("ws", "sse")}

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        application = web.Application()
        application.router.add_get("/live/ws", self.ws)
        application.router.add_get("/live/sse", self.sse)
        application.router.add_get("/live/poll", self.poll)
        async with TestServer(application) as server:
            publisher = asyncio.create_task(self._publish())
            yield str(server.make_url("/"))
            publisher.cancel()

    async def _publish(self) -> None:
        """Publish while readers watch, then stop: the answers must be the same again."""
        watched = {asyncio.create_task(event.wait()) for event in self._watched.values()}
        _, waiting = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        # One that is sick may never get as far.
        for task in waiting:
            with suppress(TimeoutError):
                await asyncio.wait_for(task, 0.05 if self.sick else None)
        for log in self.logs.values():
            log.put("b")
            log.put("a")

    def ask(self, request: web.Request, part: str) -> Ask:
        last = request.headers.get("Last-Event-ID", "").encode()
        query = request.url.raw_query_string.encode()
        if self.sick == f"{part} twice":
            query = b"&".join(dict.fromkeys(query.split(b"&")))
        ask = parse_ask(query, b"" if self.sick == "sse last id" else last)
        if missing := [name for name in ask.cursors if name not in self.logs]:
            raise no_such_stream(missing[0])
        if self.sick == "sse last id overrides all" and last:
            return Ask(dict.fromkeys(ask.cursors), ask.full)
        return ask

    async def frames(self, part: str, ask: Ask, lasting: bool) -> AsyncIterator[Frame]:
        """Yield what a reader is sent; `part` is ws, sse or poll."""
        sick = self.sick.removeprefix(f"{part} ")
        hello = {"type": "hello", "protocol": "stoppress.v1", "heartbeat": HEARTBEAT}
        hello |= {"time": now(), "build": "1"}
        if sick == "slow":
            await asyncio.sleep(3.5)  # longer than a reader has to wait
        if lasting and sick != "no hello":
            yield hello
        places: dict[str, int] = {}
        for name, asked in ask.cursors.items():
            log, place = self.logs[name], self.logs[name].place(asked)
            if sick == "resume" and isinstance(place, int):
                place = "fork"
            if isinstance(place, str):
                yield log.snapshot("start" if sick == place else place)
                places[name] = log.cursors[-1].position
                if sick == "start" and place == "start":
                    break
            else:
                places[name] = place
                for event in log.events[place:]:
                    if sick == "replay":
                        event = event | {"item": log.item(event["key"], 99)}
                    yield event
                places[name] = len(log.events)
            live = {"type": "live", "stream": name, "cursor": str(log.cursors[places[name]])}
            yield live
            if sick == "live twice":
                yield live
        if sick == "hello twice":
            yield hello
        if sick == "asked":
            yield {"type": "live", "stream": "three", "cursor": str(self.logs["one"].cursors[0])}
        beats = 0
        while lasting:
            self._watched[part].set()
            await asyncio.sleep(HEARTBEAT / 5)  # between two looks at the logs
            beats += 1
            for name, place in places.items():
                for event in self.logs[name].events[place:]:
                    yield event
                places[name] = len(self.logs[name].events)
            if beats % 5 == 0 and sick != "no heartbeat":
                cursors = {n: str(self.logs[n].cursors[p]) for n, p in places.items()}
                if sick == "heartbeat":
                    cursors.popitem()
                yield {"type": "heartbeat", "time": now(), "cursors": cursors}

    def made_sick(self, part: str, frame: Frame) -> Frame:
        """Break a rule of a frame's own."""
        match self.sick.removeprefix(f"{part} "), frame["type"]:
            case "schema", "snapshot":
                return frame | {"limit": None}
            case "order", "snapshot":
                return frame | {"items": frame["items"][::-1]}
            case "limit", "snapshot":
                return frame | {"limit": 1}
            case "floor", "snapshot":
                return frame | {"floor": "x"}
            case "after", "event":
                return frame | {"after": str(self.logs[frame["stream"]].cursors[0])}
            case "item", "event":
                return frame | {"key": "c"}
            case "live", "live":
                return frame | {"cursor": str(self.logs[frame["stream"]].cursors[0])}
        return frame

    # The transports

    async def ws(self, request: web.Request) -> web.StreamResponse:
        sick = self.sick.removeprefix("ws ")
        if "foreign" in request.headers.get("Origin", "") and sick != "origin":
            return web.Response(status=403)
        offered = [p.strip() for p in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        chosen = () if sick == "subprotocol" else ("stoppress.v1",)
        if sick == "refused":
            try:
                self.ask(request, "ws")
            except Refusal as refusal:
                return web.Response(status=refusal.status)
        limit = 0 if sick == "1009" else 4096
        socket = web.WebSocketResponse(protocols=chosen, max_msg_size=limit)
        await socket.prepare(request)
        try:
            if offered != [""] and "stoppress.v1" not in offered and sick != "4409":
                raise Refusal(4409, 400, "another protocol")
            if offered == [""] and sick == "plain":
                raise malformed("no subprotocol")
            ask = self.ask(request, "ws")
        except Refusal as refusal:
            code = 4400 if sick == "4404" else 4000 if sick == "4400" else refusal.code
            await socket.close(code=code)
            return socket
        sending = asyncio.create_task(self._send_to(socket, ask))
        async for message in socket:
            if message.type == WSMsgType.TEXT and sick == "applied":
                await socket.close(code=4400)
        sending.cancel()
        return socket

    async def _send_to(self, socket: web.WebSocketResponse, ask: Ask) -> None:
        with suppress(ConnectionError):
            async for frame in self.frames("ws", ask, lasting=True):
                await socket.send_str(json.dumps(self.made_sick("ws", frame)))

    async def sse(self, request: web.Request) -> web.StreamResponse:
        sick = self.sick.removeprefix("sse ")
        try:
            ask = self.ask(request, "sse")
        except Refusal as refusal:
            return web.Response(status=500 if sick == str(refusal.status) else refusal.status)
        response = web.StreamResponse()
        response.content_type = "text/plain" if sick == "type" else "text/event-stream"
        response.headers["Cache-Control"] = "max-age=60" if sick == "cache" else "no-store"
        if sick != "unbuffered":
            response.headers["X-Accel-Buffering"] = "no"
        await response.prepare(request)
        reached = {n: c for n, c in ask.cursors.items() if parse_cursor(c or "")}
        with suppress(ConnectionError):
            async for frame in self.frames("sse", ask, lasting=True):
                if "cursor" in frame:
                    reached[frame["stream"]] = frame["cursor"]
                text = json.dumps(
                    self.made_sick("sse", frame), indent=1 if sick == "lines" else None
                )
                lines = [f"data: {line}" for line in text.split("\n")]
                lines.append(f"event: {'message' if sick == 'framing' else frame['type']}")
                told = dict(list(reached.items())[:1]) if sick == "id" else reached
                known = len(reached) == len(ask.cursors) and frame["type"] != "hello"
                if known or sick == f"id {frame['type']}":
                    lines.append("id: " + ",".join(f"{n}@{c}" for n, c in told.items()))
                await response.write("\n".join([*lines, "", ""]).encode())
        return response

    async def poll(self, request: web.Request) -> web.StreamResponse:
        sick = self.sick.removeprefix("poll ")
        try:
            ask = self.ask(request, "poll")
        except Refusal as refusal:
            return web.Response(status=500 if sick == str(refusal.status) else refusal.status)
        if sick != "unsorted":
            ask = Ask(dict(sorted(ask.cursors.items())), ask.full)
        frames = [self.made_sick("poll", f) async for f in self.frames("poll", ask, lasting=False)]
        cursors = {name: str(self.logs[name].cursors[-1]) for name in ask.cursors}
        if sick == "cursors":
            cursors = {name: str(self.logs[name].cursors[0]) for name in ask.cursors}
        if sick == "200":
            frames *= 100
        body = json.dumps(
            {"frames": frames, "cursors": cursors, "next": int(sick != "next")}
        ).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()}"'
        headers = {"ETag": tag, "Cache-Control": f"max-age={60 if sick == 'cache' else 2}"}
        if sick == "private":
            headers["Cache-Control"] = "private, max-age=2"
        if sick == "no etag":
            del headers["ETag"]
        if request.headers.get("If-None-Match") == tag and sick != "etag":
            return web.Response(status=304, headers=headers)
        kind = "text/html" if sick == "type" else "application/json"
        return web.Response(body=body, content_type=kind, headers=headers)
