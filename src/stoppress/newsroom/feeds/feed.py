"""What a feed says, before it is written in one of the formats."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.html import format_html

# A feed without an entry has not changed since: its answer stays the same.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Author(NamedTuple):
    """Who wrote an entry; `url` is the address of his page, or empty."""

    name: str
    url: str = ""


class Category(NamedTuple):
    """A section or a topic; `scheme` is the address that all of its kind begin with."""

    slug: str
    name: str
    url: str
    scheme: str


class Picture(NamedTuple):
    """An entry's lead picture: its largest JPEG."""

    url: str
    type: str
    bytes: int
    width: int
    height: int
    alt: str
    credit: str


class Entry(NamedTuple):
    """A public article or post.

    Attributes:
        id: its permanent `uri`.
        summary: plain text; empty if there is none.
        html: the whole text, of the closed set of elements and with absolute addresses.
        published: when it was published first.
        updated: when readers saw its latest change.
        original: the address of the text at another publisher, or empty.
        rights: the notice of copyright, or empty.
    """

    id: str
    url: str
    title: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    language: str
    authors: Sequence[Author] = ()
    categories: Sequence[Category] = ()
    picture: Picture | None = None
    original: str = ""
    rights: str = ""


class Withdrawn(NamedTuple):
    """What stands in place of an entry that was retracted: nothing of it but the public note.

    Attributes:
        title: in the site's language.
        language: of its text.
    """

    id: str
    url: str
    title: str
    note: str
    published: datetime
    updated: datetime
    language: str

    @property
    def text(self) -> str:
        """Its only text: the note, or, where that was withdrawn too, that it was withdrawn."""
        return self.note or self.title

    @property
    def html(self) -> str:
        return format_html("<p>{}</p>", self.text)


class Feed(NamedTuple):
    """A feed.

    Attributes:
        url: of the page that shows the same to readers.
        address: the feed's own.
        hub: the address of the WebSub hub that passes its changes on; empty without one.
    """

    title: str
    description: str
    url: str
    address: str
    language: str
    publisher: str
    hub: str
    entries: Sequence[Entry | Withdrawn]

    @property
    def updated(self) -> datetime:
        return max((each.updated for each in self.entries), default=NEVER)
