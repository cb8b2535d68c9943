"""The article that every server under test sends, so that all send the same bytes."""

import json
from datetime import UTC, datetime, timedelta

BYTES = 600
"""Bytes of an article as compact JSON."""

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
ITEMS = 30
WORDS = "The river rose through the night and the town went to the bridges to look. "


def article(number: int, size: int = BYTES) -> dict[str, object]:
    """Return article `number`, `size` bytes long as compact JSON; readers identify it by `seq`."""
    time = (BEGUN + timedelta(milliseconds=number)).isoformat(timespec="milliseconds")
    told: dict[str, object] = {
        "seq": number,
        "key": f"article:{number % ITEMS + 1}",
        "version": number,
        "order": time.replace("+00:00", "Z"),
        "headline": f"Water stands at {number} centimetres",
        "byline": "A. Reporter",
        "section": {"slug": "world", "name": "World"},
        "url": f"/articles/{number}/",
        "body": "",
    }
    room = max(0, size - len(compact(told)))
    told["body"] = (WORDS * (room // len(WORDS) + 1))[:room]
    return told


def compact(told: dict[str, object]) -> str:
    """Return the article as one line of JSON without optional spaces."""
    return json.dumps(told, separators=(",", ":"))
