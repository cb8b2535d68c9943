"""The content of a feed, independent of its format."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.html import format_html

# The time of a feed without entries; it is fixed, so that the answer stays the same.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Author(NamedTuple):
    """An author of an entry; `url` is the address of the author's page, or empty."""

    name: str
    url: str = ""


class Category(NamedTuple):
    """A section or a topic; `scheme` is the address prefix of all sections, or all topics."""

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
        html: the whole text, in elements of the closed set and with absolute addresses.
        published: the time of the first publication.
        updated: the time of the latest change that readers saw.
        original: the address of the text at another publisher, or empty.
        rights: the copyright notice, or empty.
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
    """The entry of a retracted article or post, which has only the public note.

    Attributes:
        title: in the site's language.
        language: the language of `text`.
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
        """The note; if the note was withdrawn too, the title."""
        return self.note or self.title

    @property
    def html(self) -> str:
        return format_html("<p>{}</p>", self.text)


class Feed(NamedTuple):
    """A feed.

    Attributes:
        url: the address of the page with the same content.
        address: the feed's own address.
        hub: the address of the WebSub hub, or empty.
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
