"""What a feed's document says, as plain values: a feed and its entries."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

DATES = ("published", "updated")


@dataclass(frozen=True)
class Entry:
    """One entry as its publisher wrote it: the texts are whole, and the HTML is not yet safe.

    `title` and `author` are text. `base` is the `xml:base` in force, or nothing. The dates are
    UTC.
    """

    id: str = ""
    link: str = ""
    title: str = ""
    summary_html: str = ""
    content_html: str = ""
    author: str = ""
    language: str = ""
    base: str = ""
    published: datetime | None = None
    updated: datetime | None = None

    def bytes(self) -> int:
        """Return how much text the entry carries, in bytes of UTF-8."""
        texts = (self.id, self.link, self.title, self.summary_html, self.content_html, self.author)
        return sum(len(text.encode()) for text in texts)


@dataclass(frozen=True)
class ParsedFeed:
    """A feed and its entries, in the document's order; `flaw` says what was not well formed."""

    title: str = ""
    link: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    flaw: str = ""


def to_json(feed: ParsedFeed) -> dict[str, Any]:
    """Return the feed as JSON, its dates as ISO 8601."""
    value = asdict(feed)
    for entry in value["entries"]:
        for name in DATES:
            entry[name] = entry[name] and entry[name].isoformat()
    return value


def from_json(value: dict[str, Any]) -> ParsedFeed:
    """Return the feed that `to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: the JSON is of another shape.
    """
    entries = (_entry(entry) for entry in value["entries"])
    return ParsedFeed(**{**value, "entries": tuple(entries)})


def _entry(value: dict[str, Any]) -> Entry:
    dates = {name: value[name] and datetime.fromisoformat(value[name]) for name in DATES}
    return Entry(**{**value, **dates})
