"""The rules of server-sent events."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from .channel import Ended, read_on, read_until_live
from .report import Check
from .server import Asks, Event, Server, events_of, query_of
from .transcript import Transcript

# Seconds for the first event: enough on any line, and less than most heartbeat intervals.
AT_ONCE = 5.0


class SseChannel:
    """Reads frames from an event stream, and checks the events that carry them."""

    def __init__(self, events: AsyncIterator[Event], check: Check, streams: int) -> None:
        self._events = events
        self._check = check
        self._streams = streams

    async def take_next(self, transcript: Transcript) -> None:
        try:
            event = await anext(self._events)
        except StopAsyncIteration:
            raise Ended("the answer has ended") from None
        if not event.all("data"):
            return  # an event without data, such as a lone `retry`
        frame = event.frame()
        if transcript.take(frame):
            kinds, lines = event.all("event"), len(event.all("data"))
            framed = kinds == [frame["type"]] and lines == 1
            self._check("framing", framed, f"{kinds} in {lines} lines: {frame['type']}")
            self._check_id(event.all("id"), frame["type"], transcript)

    def _check_id(self, ids: list[str], kind: str, transcript: Transcript) -> None:
        if kind == "hello":
            self._check("id hello", not ids, ids)
            return
        reached = {name: str(cursor) for name, cursor in transcript.cursors.items()}
        complete = len(reached) == self._streams
        told = dict(part.partition("@")[::2] for part in ids[0].split(",")) if ids else {}
        settled = {name: cursor for name, cursor in reached.items() if name in transcript.live}
        if complete and transcript.complete():
            self._check("id", told == reached, f"{ids}, not {reached}")
        elif told:
            # A stream that is not live yet may already be at the cursor of its coming snapshot.
            kept = len(told) == self._streams and settled.items() <= told.items()
            self._check("id", kept, f"{ids} before every stream has a place: {reached}")


@asynccontextmanager
async def _opened(
    server: Server, check: Check, asks: Asks, *, full: bool = False, last: str | None = None
) -> AsyncIterator[tuple[SseChannel, bool]]:
    headers = {"Last-Event-ID": last} if last is not None else {}
    async with server.get("sse", query_of(asks, full=full), headers) as response:
        control = response.headers.get("Cache-Control", "")
        stream = response.status == 200 and response.content_type == "text/event-stream"
        uncached = "no-store" in control or "no-cache" in control
        detail = f"{response.status}, {response.content_type}, Cache-Control: {control}"
        check("type", stream and uncached, detail)
        buffering = response.headers.get("X-Accel-Buffering")
        check("unbuffered", buffering == "no", f"it is {buffering}")
        yield SseChannel(events_of(response), check, len(asks)), stream


async def watch(server: Server, check: Check, asks: Asks, seconds: float) -> Transcript:
    """Follow streams for some seconds, as a page does."""
    transcript = Transcript(check, asks)
    async with _opened(server, check, asks) as (channel, stream):
        if not stream:
            return transcript
        try:
            async with asyncio.timeout(AT_ONCE):
                await channel.take_next(transcript)
            check("at once", True)
        except (TimeoutError, Ended):
            check("at once", False, f"no event came within {AT_ONCE:g} s")
            return transcript
        if await read_until_live(channel, check, transcript):
            await read_on(channel, check, transcript, seconds)
    return transcript


async def read_from(
    server: Server, check: Check, asks: Asks, *, last: str | None = None
) -> Transcript:
    """Read streams from their cursors until every stream is live.

    Args:
        last: the header `Last-Event-ID`; its cursors override those of `asks`.
    """
    overriding = dict(part.split("@", 1) for part in last.split(",")) if last else {}
    expected = {name: overriding.get(name, asked) for name, asked in asks.items()}
    transcript = Transcript(check, expected)
    async with _opened(server, check, asks, full=True, last=last) as (channel, stream):
        if stream:
            await read_until_live(channel, check, transcript)
    return transcript


async def check_last_event_id(server: Server, check: Check, reached: Mapping[str, str]) -> None:
    """Ask with wrong cursors, and a Last-Event-ID that has the first stream's and a foreign one."""
    first = next(iter(reached))
    last = f"{first}@{reached[first]},another:one@1-0123456789abcdef"
    transcript = await read_from(server, check, dict.fromkeys(reached, "nowhere"), last=last)
    reasons = transcript.reasons
    others = [reasons[name] for name in reached if name != first]
    kept = reasons[first] == [] and all(reason == ["unknown"] for reason in others)
    check("Last-Event-ID", kept, f"with {last} came snapshots {reasons}")


async def check_statuses(server: Server, check: Check, transport: str) -> None:
    """Check the statuses that an HTTP transport refuses wrong queries with."""
    for query in ("", "stream=No%20Name", "stream=twice&stream=twice"):
        status = await server.status(transport, query)
        check("400", status == 400, f"?{query} was answered with {status}")
    nowhere = f"stream=no-such-stream-{secrets.token_hex(8)}"
    status = await server.status(transport, nowhere)
    check("404", status == 404, f"?{nowhere} was answered with {status}")
