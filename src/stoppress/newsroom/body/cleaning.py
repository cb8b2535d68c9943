"""Turns untrusted HTML into well-formed HTML of known elements; nh3 parses it as browsers do."""

import re
from typing import Any

import nh3

from stoppress.newsroom.phrase import Phrase

from .address import LINKS
from .attributes import INVISIBLE
from .elements import ATTRIBUTES, ELEMENTS, MAPPED, VOID, WRAPPERS
from .embeds import BESIDE, BESIDE_ATTRIBUTES, EMBED_ATTRIBUTES, EMBEDS, RENAMED
from .limits import MAX_HTML, TooCostly
from .pictures import PICTURE_ATTRIBUTES, SOURCE_ATTRIBUTES
from .posts import POST_ATTRIBUTES
from .styles import INLINE
from .tables import apart
from .word_marks import is_of_word_processor
from .word_processor import ATTRIBUTES as OF_WORD_PROCESSORS
from .word_processor import plain, without_second_breaks

# These elements are left out with their content, because they are not text to read.
FIELDS = ("button", "select", "textarea")
DRAWINGS = ("svg", "math")
UNSEEN = frozenset({"rp", "datalist"})

# A parser would treat the content of some of these as raw text, or drop it. Under another name it
# is parsed as HTML.
_RENAMED = re.compile(rf"<(/?)({'|'.join(RENAMED)})(?=[\s/>])", re.IGNORECASE)
# Apple Notes writes a table into an object without an address. A parser drops only the end tag.
_AROUND_TABLE = re.compile(r"<object>\s*+(?=<table[\s>])", re.IGNORECASE)
_RULES: dict[str, Any] = {
    "tags": {
        *(*ELEMENTS, *MAPPED, *WRAPPERS, *EMBEDS, *BESIDE, *FIELDS, *DRAWINGS, *UNSEEN, *INLINE),
        *("picture", "source", "x-noscript", "input", "q", "rt", "annotation", "option"),
    },
    "clean_content_tags": {"noembed", "noframes", "script", "style", "template", "title"},
    "attributes": {
        **{
            name: {"style", "hidden", *ATTRIBUTES.get(name, ())}
            for name in {*ELEMENTS, *MAPPED, *WRAPPERS, *INLINE} - VOID
        },
        **dict.fromkeys(EMBEDS, EMBED_ATTRIBUTES),
        **dict.fromkeys(BESIDE, BESIDE_ATTRIBUTES),
        "div": {"style", "class", "data-href"},
        **{name: {"style", "hidden", "class", *ATTRIBUTES.get(name, ())} for name in INLINE},
        "blockquote": {"style", "hidden", *POST_ATTRIBUTES},
        "math": {"alttext"},
        "annotation": {"encoding"},
        "img": PICTURE_ATTRIBUTES,
        "source": SOURCE_ATTRIBUTES,
        "input": {"type", "value", "checked"},
        **dict.fromkeys(("ol", "ul"), {"start", "reversed", "type", "style"}),
        "li": {"value", "style"},
    },
    "link_rel": None,
    "url_schemes": {*LINKS, "picture"},
}
_cleaner = nh3.Cleaner(**_RULES)
_of_word_processors = nh3.Cleaner(
    **_RULES | {"attributes": _RULES["attributes"] | {"*": OF_WORD_PROCESSORS}}
)


def cleaned(html: str) -> str:
    """Return HTML in which every element is known and properly closed.

    Raises:
        TooCostly: the result is too long, because unclosed elements were reopened too often.
    """
    return _cleaned(html, _cleaner)


def meant(html: str) -> tuple[str, list[Phrase]]:
    """Return HTML as `cleaned`, with a word processor's markup made plain; and warnings.

    Raises:
        TooCostly: as `cleaned`.
    """
    if not is_of_word_processor(html):
        return cleaned(html), []
    return plain(_cleaned(without_second_breaks(html), _of_word_processors), html)


def _cleaned(html: str, cleaner: nh3.Cleaner) -> str:
    text = INVISIBLE.sub("\ufffd", html.replace("\x0c", " "))
    made = cleaner.clean(apart(_RENAMED.sub(_renamed, _AROUND_TABLE.sub("", text))))
    if len(made) > MAX_HTML:
        raise TooCostly(Phrase("is too large as HTML."))
    return made


def _renamed(found: re.Match[str]) -> str:
    return f"<{found[1]}{RENAMED[found[2].lower()]}"
