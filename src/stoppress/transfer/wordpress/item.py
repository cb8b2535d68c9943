"""An item of an export: a post, a page or an attachment."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from .dates import of_header, utc
from .entries import Entry, entries_of
from .node import Node

LIVEBLOG = "liveblog"
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Term:
    """A category, a tag, or a term of another taxonomy.

    Attributes:
        domain: the taxonomy: `category`, `post_tag`, `author` …
    """

    domain: str
    slug: str
    name: str


@dataclass(frozen=True)
class Item:
    """An item of an export. Texts are unchanged; times are in UTC.

    Attributes:
        live: `enable` or `archive` for a post of the plugin Liveblog, or empty.
        comments: the number of readers' comments.
        is_cut: whether it was too large and was cut.
    """

    id: str
    guid: str
    type: str
    status: str
    title: str
    link: str
    creator: str
    content: str
    excerpt: str
    slug: str
    password: str
    date: datetime | None
    sticky: bool
    parent: str
    attachment_url: str
    live: str
    terms: tuple[Term, ...]
    meta: dict[str, str] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    deleted_entries: tuple[str, ...] = ()
    comments: int = 0
    is_cut: bool = False

    @property
    def called(self) -> str:
        """The name of the item in a report."""
        title = " ".join(unescape(_TAG.sub("", self.title)).split())
        return f"“{title[:60]}” ({self.type} {self.id})" if title else f"{self.type} {self.id}"


def item_of(node: Node) -> Item:
    """Return the item of an `<item>` element."""
    meta = node.meta()
    state = meta.get(LIVEBLOG, "")
    entries, deleted = entries_of(node)
    return Item(
        id=node.text("wp:post_id"),
        guid=node.text("guid"),
        type=node.text("wp:post_type") or "post",
        status=node.text("wp:status") or "publish",
        title=node.text("title"),
        link=node.text("link"),
        creator=node.text("dc:creator"),
        content=node.raw("content:encoded"),
        excerpt=node.raw("excerpt:encoded"),
        slug=node.text("wp:post_name"),
        password=node.text("wp:post_password"),
        date=_date(node),
        sticky=node.text("wp:is_sticky") == "1",
        parent=node.text("wp:post_parent"),
        attachment_url=node.text("wp:attachment_url"),
        live="enable" if state == "1" else state if state in {"enable", "archive"} else "",
        terms=tuple(_terms(node)),
        meta=meta,
        entries=entries,
        deleted_entries=deleted,
        comments=node.comments,
        is_cut=node.is_cut,
    )


def _date(node: Node) -> datetime | None:
    return (
        utc(node.text("wp:post_date_gmt"))
        or of_header(node.text("pubDate"))
        or utc(node.text("wp:post_date"))
    )


def _terms(node: Node) -> list[Term]:
    """Return the terms in order, without the duplicates of old exports, which have no slug."""
    found = [
        Term(
            {"tag": "post_tag"}.get(each.attributes.get("domain", "category"), "")
            or each.attributes.get("domain", "category"),
            each.attributes.get("nicename", ""),
            " ".join(each.own_text.split()),
        )
        for each in node.all("category")
    ]
    with_slug = {term.name for term in found if term.slug}
    return [term for term in found if term.name and (term.slug or term.name not in with_slug)]
