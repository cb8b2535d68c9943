"""The query of a client's request to `/live/ws`, `/live/sse` or `/live/poll`."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol
from urllib.parse import parse_qsl

from .names import NAME
from .refusals import malformed

STREAMS_AT_MOST = 64
# Enough for so many streams with the longest names and cursors; also what proxies usually accept.
QUERY_BYTES = 8000
FIELDS_AT_MOST = 2 * STREAMS_AT_MOST


class Asking(Protocol):
    """What a reader asks for: streams, each with an unparsed cursor or None."""

    @property
    def cursors(self) -> Mapping[str, str | None]: ...


@dataclass(frozen=True)
class Ask:
    """A client's request: streams, each with an unparsed cursor; `full` asks for every event."""

    cursors: Mapping[str, str | None]
    full: bool


def parse_ask(query: bytes, last_event_id: bytes = b"") -> Ask:
    """Parse a query such as `stream=news&stream=story:42@17-5be0cd19137e21fa`.

    Args:
        last_event_id: an SSE client's header, `news@18-…,story:42@19-…`: newer cursors for some of
            the query's streams; others are ignored (HTML standard, section 9.2.3).

    Raises:
        Refusal: the query is malformed. A malformed cursor is no error: it is answered with a
            snapshot.
    """
    ask = _parse(query)
    if not last_event_id:
        return ask
    return Ask({**ask.cursors, **_reached(last_event_id, ask.cursors)}, ask.full)


# Many readers of one page send the same query.
@lru_cache(maxsize=256)
def _parse(query: bytes) -> Ask:
    if len(query) > QUERY_BYTES:
        raise malformed(f"the query is longer than {QUERY_BYTES} bytes")
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_AT_MOST
        )
    except ValueError as error:
        raise malformed("the query cannot be read") from error
    cursors: dict[str, str | None] = {}
    for value in (value for name, value in pairs if name == "stream"):
        stream, at, cursor = value.partition("@")
        if not NAME.fullmatch(stream):
            raise malformed("a stream name has a-z 0-9 : _ - and at most 64 characters")
        if stream in cursors:
            raise malformed(f"stream {stream} is asked for twice")
        cursors[stream] = cursor if at else None
    if not cursors:
        raise malformed("ask for a stream: ?stream=NAME")
    if len(cursors) > STREAMS_AT_MOST:
        raise malformed(f"at most {STREAMS_AT_MOST} streams on one connection")
    return Ask(MappingProxyType(cursors), ("replay", "all") in pairs)


def _reached(last_event_id: bytes, asked: Container[str]) -> dict[str, str | None]:
    """Return the cursors in an SSE event id, for the streams in the query."""
    entries = [entry.partition("@") for entry in last_event_id.decode("latin1").split(",")]
    return {stream: cursor for stream, at, cursor in entries if at and stream in asked}
