"""The head of a page, for search engines and link previews."""

import locale
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from .data_block import Thing, data_block
from .images import Preview

# A tag of BCP 47: the language with its extensions, the script, and the region.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-[a-z]{3})*(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(-.*)?"
)
_USUAL = re.compile(r"[a-z]{2,3}_([A-Z]{2})\b")
_TERRITORY = re.compile(r"(?!AA|Q[M-Z]|X[A-Z]|ZZ)[A-Z]{2}")  # those for private use are none


@dataclass(frozen=True)
class Head:
    """A page that search engines may list.

    Attributes:
        title: never empty.
        description: the description for search engines; may be empty.
        shared: the description in a preview; never empty.
        type: Open Graph's: `website`, `article` or `profile`.
        language: the language of the title, as a BCP 47 tag.
        things: the schema.org objects of the page.
        tags: the names of the topics.
        authors: the addresses of the authors' pages.
        ninjs: the address of the article as ninjs, or empty.
    """

    title: str
    description: str
    shared: str
    image: Preview
    language: str
    things: Sequence[Thing] = ()
    type: str = "website"
    published: datetime | None = None
    modified: datetime | None = None
    section: str = ""
    tags: Sequence[str] = ()
    authors: Sequence[str] = ()
    ninjs: str = ""

    @property
    def data(self) -> SafeString:
        """The data block."""
        return data_block(list(self.things))

    @property
    def locale(self) -> str:
        """The language with its territory, or the usual territory; empty if there is none.

        Examples: `de` is `de_DE`, `en-GB` is `en_GB`, `zh-Hant` is `zh_TW`.
        """
        found = _TAG.fullmatch(self.language.lower())
        if found is None:
            return ""
        territory = (found["region"] or _usual_territory(**found.groupdict())).upper()
        return f"{found['language']}_{territory}" if _TERRITORY.fullmatch(territory) else ""


def _usual_territory(language: str, script: str | None, **_: str | None) -> str:
    if (language, script) == ("zh", "hant"):
        return "TW"
    usual = _USUAL.match(locale.normalize(language))
    return usual[1] if usual else ""
