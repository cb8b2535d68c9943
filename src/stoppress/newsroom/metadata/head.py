"""What a page says of itself in its head: for search engines and for previews of its link."""

import locale
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from .data_block import Thing, data_block
from .images import Preview

# language_TERRITORY, as Open Graph has it.
_LOCALE = re.compile(r"[a-z]{2,3}_[A-Z]{2}")


@dataclass(frozen=True)
class Head:
    """A page that search engines may list.

    Attributes:
        title: never empty.
        description: of the page; empty if it has no words of its own.
        shared: the description in a preview, never empty.
        type: Open Graph's: `website`, `article` or `profile`.
        language: of the title, as a BCP 47 tag.
        things: the page in schema.org's terms.
        tags: names of topics.
        authors: addresses of their pages.
        ninjs: the address of the same as ninjs; empty if there is none.
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
        """The language with a territory, the usual one if it names none; empty if that is unknown.

        Examples: `de` is `de_DE`, `en-GB` is `en_GB`.
        """
        usual = locale.normalize(self.language.replace("-", "_")).partition(".")[0]
        return usual if _LOCALE.fullmatch(usual) else ""
