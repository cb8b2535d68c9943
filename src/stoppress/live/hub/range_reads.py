"""Reads parts of streams; equal requests at the same time share one read."""

from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import encode
from stoppress.live.protocol.range_query import RANGE_AT_MOST, RangeAsk
from stoppress.live.protocol.refusals import cannot_be_read, malformed
from stoppress.live.publishing.snapshots import snapshot

from .hub import Hub

# How often a range is read again because a text was withdrawn meanwhile.
TRIES = 3


class RangeReads:
    """Reads ranges for one hub, without a cache: each answer is read after the request."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def read(self, ask: RangeAsk) -> bytes:
        """Return a part of a stream as JSON; no text in it was withdrawn during the read.

        Raises:
            UnknownStream: there is no such stream.
            Refusal: the stream is not a ranged one, the log has not come to `after`, or texts are
                withdrawn faster than they can be read.
        """
        for _ in range(TRIES):
            stream = await self._hub.stream(ask.stream)
            registered, generation = stream.named.stream, stream.generation
            if not registered.ranged:
                raise malformed(f"the stream {ask.stream} has no ranges")
            # Those who share a read have the same `after`: it began when that was in the log.
            found = await self._hub.reads.shared(
                "range",
                _read,
                ask.stream,
                ask.below,
                min(ask.limit or registered.limit, RANGE_AT_MOST),
                ask.after,
                generation=generation,
                lane=registered.pattern,
            )
            if found is None:
                break
            if generation == stream.generation:
                return found
        raise cannot_be_read()


def _read(stream: str, below: str | None, limit: int, after: Cursor | None) -> bytes | None:
    """Return a part of a stream as JSON; None where the log has not come to `after`."""
    now = snapshot(stream, below=below, limit=limit)
    if after is not None and _is_older(now.cursor, after):
        return None
    told = {"stream": stream, "cursor": str(now.cursor), "floor": now.floor, "items": now.items}
    return encode(told)


def _is_older(cursor: Cursor, than: Cursor) -> bool:
    """Return whether a log ends before a cursor, or is another one."""
    if cursor.position == than.position:
        return cursor.link != than.link
    return cursor.position < than.position
