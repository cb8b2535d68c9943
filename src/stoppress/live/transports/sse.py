"""Server-sent events: a reader's connection as one long HTTP response (HTML standard, 9.2)."""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from stoppress.live.asgi_types import ENDLESS, Message
from stoppress.live.protocol.cursor import Cursor, parse_cursor
from stoppress.live.protocol.frames import kind_of
from stoppress.live.protocol.refusals import RESTARTING, TOO_MUCH, Refusal, restarting
from stoppress.live.protocol.wrapping import sse_event
from stoppress.live.readers.cors import sharing_send
from stoppress.live.readers.visit import Visit

from .asgi_sink import AsgiSink
from .http_answers import header, is_served, refuse

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    # nginx would otherwise buffer what must be sent at once.
    (b"x-accel-buffering", b"no"),
]

# The shortest `retry` of a plain EventSource, in seconds: it uses it while no server answers.
LEAST_RETRY = 0.5


async def serve_sse(scope: Any, receive: Any, send: Any) -> None:
    """Serve one reader at `/live/sse`: refuse it, or send frames until it disconnects."""
    share = sharing_send(scope, send)
    if not await is_served(scope, share):
        return
    visit = Visit(scope, "sse")
    leaving = asyncio.ensure_future(_until_disconnected(receive))
    try:
        ask = await visit.enter(header(scope, b"last-event-id"))
        await share({"type": "http.response.start", "status": 200, "headers": HEADERS})
        if never_ends := scope.get("extensions", {}).get(ENDLESS):
            never_ends()
        framing = SseFraming(ask.cursors, visit.sent)
        sink = AsgiSink(send, framing, visit.filled, visit.drained, leaving.cancel)
        await visit.join(ask, sink)
        await asyncio.wait({leaving})
    except Refusal as refusal:
        visit.log_refusal(refusal)
        if visit.connection is None:
            await refuse(share, refusal)
        else:
            visit.connection.close(refusal)
            await asyncio.wait({leaving})
    except asyncio.CancelledError:
        # A server that stops at once cancels its responses, and uvicorn would log a traceback for
        # each. Any other cancellation is passed on.
        if visit.connection is None or not visit.hub.farewell.begun:
            visit.cut_off()
            raise
        visit.connection.close(restarting(0))
    finally:
        leaving.cancel()
        visit.end()


class SseFraming:
    """Wraps frames as server-sent events: type, id and data. The id has the cursors to resume from.

    Args:
        asked: the streams that the reader asks for, with the cursors that it brought. It stays at
            those until a frame of the stream is sent.
        sent: returns the last cursor sent of each stream, the frame to be wrapped included.
    """

    def __init__(
        self, asked: Mapping[str, str | None], sent: Callable[[], Mapping[str, Cursor]]
    ) -> None:
        self._streams = len(asked)
        cursors = {name: parse_cursor(text) for name, text in asked.items() if text is not None}
        self._brought = {name: cursor for name, cursor in cursors.items() if cursor is not None}
        self._sent = sent

    def frame(self, data: bytes) -> Message:
        """Return the piece of the response that carries a frame."""
        kind = kind_of(data)
        # The hello gets no id: it belongs to no stream, even if the reader has its places by now.
        body = sse_event(data, self._place() if kind != "hello" else "")
        if kind == "goodbye":
            # A plain EventSource understands `retry` and nothing else about when to reconnect.
            within = json.loads(data)["within"]
            body = _retry_within(within) + body
        return {"type": "http.response.body", "body": body, "more_body": True}

    def _place(self) -> str:
        """Return the reader's cursor in every stream; empty while one is missing."""
        sent = self._sent()
        if self._brought:
            for name in sent:
                self._brought.pop(name, None)
            sent = {**self._brought, **sent}
        if len(sent) < self._streams:
            return ""
        return ",".join(f"{name}@{cursor}" for name, cursor in sent.items())

    def end(self, refusal: Refusal) -> Message:
        """Return the end of the response: it can say when to reconnect, but not why."""
        body = b""
        if refusal.code == TOO_MUCH:
            body = _retry(refusal.wait or 0)
        elif refusal.code == RESTARTING:
            body = _retry_within(refusal.wait or 0)
        return {"type": "http.response.body", "body": body, "more_body": False}


def _retry_within(seconds: float) -> bytes:
    """Make a plain EventSource reconnect at a random moment within some seconds."""
    return _retry(random.uniform(LEAST_RETRY, max(2 * LEAST_RETRY, seconds)))


def _retry(seconds: float) -> bytes:
    return f"retry: {round(seconds * 1000)}\n".encode()


async def _until_disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
