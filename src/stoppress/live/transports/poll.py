"""Poll: the events since a cursor, as one short HTTP response that caches can share."""

import asyncio
from collections.abc import Sequence
from typing import Any

from stoppress.live import conf
from stoppress.live.protocol.frames import encode, kind_of
from stoppress.live.protocol.query import Ask
from stoppress.live.protocol.refusals import TOO_MUCH, Refusal, cannot_be_read
from stoppress.live.readers.cors import sharing_send
from stoppress.live.readers.visit import PATIENCE, Visit

from .http_answers import answer_json, is_served, refuse

FRAMES_AT_MOST = 200
# Bytes of frames after which a response takes no more.
BYTES_AT_MOST = 1024 * 1024
# How often a response is gathered again because a text was withdrawn meanwhile.
TRIES = 3


async def serve_poll(scope: Any, receive: Any, send: Any) -> None:
    """Answer one request at `/live/poll`."""
    send = sharing_send(scope, send)
    if not await is_served(scope, send):
        return
    visit = Visit(scope, "poll")
    try:
        ask = await visit.enter()
        # Equal requests get equal responses, whatever order their streams are in.
        ask = Ask(dict(sorted(ask.cursors.items())), ask.full)
        body, cut = await _gather(visit, ask)
    except Refusal as refusal:
        visit.log_refusal(refusal)
        await refuse(send, refusal)
        return
    finally:
        visit.end()
    # A response cut short by one address's allowance must not be cached for others.
    await answer_json(scope, send, body, shared=visit.guard is None and not cut)


class PollSink:
    """Collects frames until each stream is live, or the response is full."""

    batch_bytes = 0
    wire = None

    def __init__(self, streams: int) -> None:
        self.frames: list[bytes] = []
        self.behind = streams
        self._size = 0
        self._told = False
        self.closed: Refusal | None = None
        self.cut = False
        self.done = asyncio.Event()

    def write(self, frames: Sequence[bytes]) -> None:
        """Keep a frame, unless it only matters on a lasting connection, such as a heartbeat."""
        [data] = frames
        kind = kind_of(data)
        if kind in {"hello", "heartbeat", "goodbye"}:
            return
        self.frames.append(data)
        self._size += len(data)
        self._told = self._told or kind != "live"
        self.behind -= kind == "live"
        if not self.behind or self.pending():
            self.done.set()

    def pending(self) -> int:
        """Return 0 while there is room for more, else 1."""
        return int(len(self.frames) >= FRAMES_AT_MOST or self._size >= BYTES_AT_MOST)

    def close(self, refusal: Refusal) -> None:
        """Record why there is no response.

        A replay beyond the limit is no such reason: what was collected is sent.
        """
        self.cut = refusal.code == TOO_MUCH and self._told
        self.closed = None if self.cut else refusal
        self.done.set()


async def _gather(visit: Visit, ask: Ask) -> tuple[bytes, bool]:
    """Return a response's body, and whether an allowance cut it short."""
    try:
        async with asyncio.timeout(PATIENCE):
            sink = await _fill(visit, ask)
    except TimeoutError as error:
        raise cannot_be_read() from error
    sent = visit.sent()
    visit.end()
    wait = conf.get("POLL_SECONDS") if not sink.behind else 0
    frames: list[bytes] = sorted(sink.frames, key=_stream)
    told = encode({"cursors": {name: str(cursor) for name, cursor in sent.items()}, "next": wait})
    return b'{"frames":[' + b",".join(frames) + b"]," + told[1:], sink.cut


async def _fill(visit: Visit, ask: Ask) -> PollSink:
    """Return a sink with everything to be sent, none of it withdrawn meanwhile.

    Raises:
        Refusal: the connection was ended, or texts were withdrawn faster than they can be read.
    """
    for _ in range(TRIES):
        sink = PollSink(len(ask.cursors))
        await visit.join(ask, sink)
        await sink.done.wait()
        if sink.closed is not None:
            raise sink.closed
        if not visit.outdated():
            return sink
        visit.leave_hub()
    raise cannot_be_read()


def _stream(frame: bytes) -> bytes:
    """Return the stream of a frame: frames are sorted by it, whatever order they were read in."""
    begin = frame.index(b'"stream":"') + 10
    return frame[begin : frame.index(b'"', begin)]
