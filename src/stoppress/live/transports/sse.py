"""Server-sent events: a reader's connection as one long HTTP answer (HTML standard, 9.2)."""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from stoppress.live.asgi_types import Message
from stoppress.live.protocol.cursor import Cursor, parse_cursor
from stoppress.live.protocol.frames import kind_of
from stoppress.live.protocol.refusals import TOO_MUCH, Refusal, restarting
from stoppress.live.protocol.wrapping import sse_event
from stoppress.live.readers.visit import Visit

from .asgi_sink import AsgiSink
from .http_answers import header, is_served, refuse

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    # nginx would gather what is to go out at once.
    (b"x-accel-buffering", b"no"),
]
# Our own server's: it then gives up a dead line within a heartbeat and some seconds, and answers
# nothing that was asked for behind. On other servers there is no such thing to call.
ENDLESS = "stoppress.endless"


async def serve_sse(scope: Any, receive: Any, send: Any) -> None:
    """Serve one reader at `/live/sse`: refuse with a status, or send frames until it leaves."""
    if not await is_served(scope, send):
        return
    visit = Visit(scope, "sse")
    leaving = asyncio.ensure_future(_until_gone(receive))
    try:
        ask = await visit.enter(header(scope, b"last-event-id"))
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        if never_ends := scope.get("extensions", {}).get(ENDLESS):
            never_ends()
        framing = SseFraming(ask.cursors, visit.sent)
        sink = AsgiSink(send, framing, visit.filled, visit.drained, leaving.cancel)
        await visit.join(ask, sink)
        await asyncio.wait({leaving})
    except Refusal as refusal:
        visit.note(refusal)
        if visit.connection is None:
            await refuse(send, refusal)
        else:
            visit.connection.close(refusal)
            await asyncio.wait({leaving})
    except asyncio.CancelledError:
        # A server that leaves at once cuts its answers, and uvicorn would log each with a
        # traceback; any other cancelling is none of ours.
        if visit.connection is None or not visit.hub.draining:
            raise
        visit.connection.close(restarting(0))
    finally:
        leaving.cancel()
        visit.leave()


class SseFraming:
    """Wraps frames as events: the type, the place to go on from, and the frame as it is.

    Args:
        asked: the streams that a reader has asked for, and the cursors that it has brought: it
            is at those until something of their streams is sent.
        sent: gives what was sent of each stream, the frame to be wrapped included.
    """

    def __init__(
        self, asked: Mapping[str, str | None], sent: Callable[[], Mapping[str, Cursor]]
    ) -> None:
        self._streams = len(asked)
        cursors = {name: parse_cursor(text) for name, text in asked.items() if text is not None}
        self._brought = {name: cursor for name, cursor in cursors.items() if cursor is not None}
        self._sent = sent

    def frame(self, data: bytes) -> Message:
        """Return the part of the answer that carries a frame."""
        kind = kind_of(data)
        # The hello is of no stream, also where the reader has been given its places by now.
        body = sse_event(data, self._place() if kind != "hello" else "")
        if kind == "goodbye":
            # All that a plain EventSource knows of a moment to come back at.
            within = json.loads(data)["within"]
            body = _retry(random.uniform(0, within)) + body
        return {"type": "http.response.body", "body": body, "more_body": True}

    def _place(self) -> str:
        """Return where the reader is in every stream; empty where it is nowhere yet in one."""
        sent = self._sent()
        if self._brought:
            for name in sent:
                self._brought.pop(name, None)
            sent = {**self._brought, **sent}
        if len(sent) < self._streams:
            return ""
        return ",".join(f"{name}@{cursor}" for name, cursor in sent.items())

    def end(self, refusal: Refusal) -> Message:
        """Return the end of the answer: it can still say when to come back, but not why."""
        body = b"" if refusal.code != TOO_MUCH else _retry(refusal.wait or 0)
        return {"type": "http.response.body", "body": body, "more_body": False}


def _retry(seconds: float) -> bytes:
    return f"retry: {round(seconds * 1000)}\n".encode()


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
