"""What a feed's document says, as plain values: a feed and its entries."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One entry as its publisher wrote it: the texts are whole, and the HTML is not yet safe.

    `title` and `author` are text. The bases are the `xml:base` in force where each text stands,
    absolute, or nothing. The dates are UTC.
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
    """A feed and its entries, in the document's order; `flaw` says what was not well formed.

    Of an Atom feed each entry has an id of its own.
    """

    title: str = ""
    link: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    flaw: str = ""
    atom: bool = False
