"""Resolve what a text refers to in the export: pictures, links, galleries and reusable blocks."""

import hashlib
import re
from collections.abc import Mapping
from html import escape

from stoppress.newsroom.models import Article, Picture

from .index import Attachment, Index
from .item import Item
from .pictures import Pictures

MOST_IN_GALLERY = 100
EXTERNAL_ID = 500  # characters
_ID = re.compile(r"\d+")


class Around:
    """Resolves the references of the text that is being read.

    Attributes:
        links_forward: whether the text links to articles that come later in the export.
    """

    def __init__(self, index: Index, pictures: Pictures) -> None:
        self._index, self._pictures = index, pictures
        self._item: Item | None = None
        self.links_forward = False

    def begin(self, item: Item) -> None:
        """Begin to read a text of an item."""
        self._item, self.links_forward = item, False

    @property
    def _called(self) -> str:
        return self._item.called if self._item else ""

    def lead(self, item: Item) -> Picture | None:
        """Return the lead picture of an item, its featured image."""
        found = self._index.attachment(item.meta.get("_thumbnail_id", ""))
        return self._pictures.of(found, item.called) if found else None

    def picture(self, url: str, alt: str) -> int | None:
        if not (self._pictures.takes and self._pictures.is_own(url)):
            return None
        found = self._pictures.at(url, alt, self._called)
        return found.pk if found else 0

    def address(self, url: str) -> str:
        new = address_here(url, self._index)
        self.links_forward |= new is None
        return new or url

    def gallery(self, values: Mapping[str, str]) -> str:
        said = values.get("ids") or values.get("include") or ""
        ids = _ID.findall(said) or self._index.attachments_of(self._item.id if self._item else "")
        found = (self._index.attachment(id_) for id_ in ids[:MOST_IN_GALLERY])
        return "".join(_figure(each) for each in found if each is not None)

    def block(self, id_: str) -> str:
        return self._index.block(id_)


def address_here(url: str, index: Index) -> str | None:
    """Return the new address of a link; None if its article is not made yet."""
    found = index.linked(url) if index.is_own(url) else None
    if found is None:
        return url
    name, pk = found
    if not pk:
        rows = Article.objects.filter(external_id=external_id(name), source="")
        pk = rows.values_list("pk", flat=True).first() or 0
    return Article(pk=pk).get_absolute_url() if pk else None


def external_id(name: str) -> str:
    """Return the `external_id` for a name of the index."""
    if len(name) <= EXTERNAL_ID:
        return name
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def _figure(attachment: Attachment) -> str:
    said = f'src="{escape(attachment.url)}" alt="{escape(attachment.alt)}"'
    words = f"<figcaption>{attachment.caption}</figcaption>" if attachment.caption else ""
    return f"\n\n<figure><img {said}>{words}</figure>\n\n"
