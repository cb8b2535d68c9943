"""A parsed feed and its entries, as plain values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One entry as its publisher wrote it: the texts are whole, and the HTML is not yet safe.

    Attributes:
        title, author: plain text.
        summary_base, content_base: the absolute `xml:base` in force at the text; may be empty.
        published, updated: in UTC.
    """

    id: str = ""
    link: str = ""
    title: str = ""
    summary_html: str = ""
    content_html: str = ""
    author: str = ""
    language: str = ""
    summary_base: str = ""
    content_base: str = ""
    published: datetime | None = None
    updated: datetime | None = None

    def bytes(self) -> int:
        """Return how much text the entry carries, in bytes of UTF-8."""
        texts = (self.id, self.link, self.title, self.summary_html, self.content_html, self.author)
        return sum(len(text.encode()) for text in texts)


@dataclass(frozen=True)
class ParsedFeed:
    """A feed and its entries, in the document's order.

    Attributes:
        flaw: what was not well formed.
        atom: whether the document is an Atom feed, in which each entry has an id of its own.
        ttl: seconds for which the document may be kept, as it says; 0 if it says nothing.
    """

    title: str = ""
    link: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    flaw: str = ""
    atom: bool = False
    ttl: int = 0
