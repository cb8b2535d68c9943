"""The query of a request to `/live/range`: a part of a stream, below an order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from stoppress.live.errors import InvalidItem

from .cursor import Cursor, parse_cursor
from .items import check_order
from .names import NAME
from .query import QUERY_BYTES
from .refusals import malformed

RANGE_AT_MOST = 100
_FIELDS = frozenset({"stream", "below", "limit", "after"})
# A query may have unknown parameters.
_FIELDS_AT_MOST = 20
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True)
class RangeAsk:
    """A request for a part of a stream.

    Attributes:
        below: an order; None for the newest items.
        limit: most items; None for the limit of the stream's snapshots.
        after: the answer must not be older than this cursor.
    """

    stream: str
    below: str | None
    limit: int | None
    after: Cursor | None

    @property
    def cursors(self) -> Mapping[str, str | None]:
        """Return the stream in the form that requests to the other transports have."""
        return {self.stream: None}


def parse_range(query: bytes) -> RangeAsk:
    """Parse a query such as `stream=posts:42&below=0-2026-11-22T09:00:00.000Z&limit=30`.

    Raises:
        Refusal: the query is malformed.
    """
    fields = _fields(query)
    stream = fields.get("stream")
    if stream is None:
        raise malformed("ask for a stream: ?stream=NAME")
    if not NAME.fullmatch(stream):
        raise malformed("a stream name has a-z 0-9 : _ - and at most 64 characters")
    return RangeAsk(
        stream,
        _below(fields.get("below")),
        _limit(fields.get("limit")),
        _after(fields.get("after")),
    )


def _fields(query: bytes) -> dict[str, str]:
    if len(query) > QUERY_BYTES:
        raise malformed(f"the query is longer than {QUERY_BYTES} bytes")
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS_AT_MOST
        )
    except ValueError as error:
        raise malformed("the query cannot be read") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields and name in _FIELDS:
            raise malformed(f"{name} is given twice")
        fields[name] = value
    return fields


def _below(text: str | None) -> str | None:
    try:
        return None if text is None else check_order(text)
    except InvalidItem as error:
        raise malformed("below is an order: 1 to 200 printable ASCII characters") from error


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or int(text) > RANGE_AT_MOST:
        raise malformed(f"limit is a whole number from 1 to {RANGE_AT_MOST}")
    return int(text)


def _after(text: str | None) -> Cursor | None:
    if text is None:
        return None
    cursor = parse_cursor(text)
    if cursor is None:
        raise malformed("after is a cursor, as the stream's frames have it")
    return cursor
