"""Distinguishes HTML tags from words in angle brackets: `<b>` from `<name withheld>`."""

import re
from collections.abc import Iterator

from .cards import CARD
from .embeds import BESIDE, RENAMED

# A tag as CommonMark defines it (section 6.6), or a bracket alone.
TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*+)
        (?P<attributes>(?:\s++[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?)*+)
        \s*+/?>
      | <""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?""")

_NAMES = """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big
    blink blockquote body br button canvas caption center cite code col colgroup command content
    data datalist dd del details dfn dialog dir div dl dt element em embed fieldset figcaption
    figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe
    image img input ins isindex kbd keygen label legend li link listing main map mark marquee math
    menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object ol optgroup
    option output p param picture plaintext portal pre progress q rb rbc rp rt rtc ruby s samp
    script search section select selectedcontent shadow slot small source spacer span strike strong
    style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track
    tt u ul var video wbr xmp
"""
NAMES = frozenset({*_NAMES.split(), *BESIDE, *RENAMED, CARD})
# Tags that have no end tag, and a meaning without attributes.
_ALONE = frozenset({"br", "hr", "wbr"})
# Their end tag may be left out (HTML, section 13.1.2.4) if the element around them has one.
_WITHIN = {
    "li": ("ul", "ol", "menu", "dir"),
    **dict.fromkeys(("dt", "dd"), ("dl",)),
    **dict.fromkeys(("tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "col"), ("table",)),
    **dict.fromkeys(("rt", "rp"), ("ruby",)),
    **dict.fromkeys(("option", "optgroup"), ("select", "datalist")),
}
_NAMED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)")
# A <p> at the beginning of a line needs no end tag, as in old pages.
_PARAGRAPH = re.compile(r"^[ \t>]{0,20}<p[ \t]*>", re.IGNORECASE | re.MULTILINE)
# Attributes that need no value. `<address withheld>` has none of them.
_BARE_NAMES = """
    allowfullscreen alt async autofocus autoplay border checked compact controls default defer
    crossorigin disabled download formnovalidate hidden href inert ismap itemscope loop multiple
    mozallowfullscreen muted name nohref nomodule noresize noshade novalidate nowrap open
    playsinline readonly required reversed selected src title translate value webkitallowfullscreen
"""
_BARE = frozenset(_BARE_NAMES.split())


def whole(text: str) -> frozenset[str]:
    """Return the names of tags that have a start and an end tag in a text, or need no end tag."""
    tags = {(end, name.lower()) for end, name in _NAMED.findall(text)}
    both = {name for end, name in tags if not end and ("/", name) in tags and name in NAMES}
    both |= {name for name, around in _WITHIN.items() if not both.isdisjoint(around)}
    return frozenset(both | ({"p"} if _PARAGRAPH.search(text) else set()))


def is_html(found: re.Match[str], whole: frozenset[str]) -> bool:
    """Return whether a word in angle brackets is an HTML tag.

    If its name is not in `whole`, it is no tag, unless an attribute has a value.

    Args:
        whole: the names from `whole()` for the same text.
    """
    name, said = found["name"].lower(), _ATTRIBUTE.findall(found["attributes"])
    if name not in NAMES or not (
        name in whole or name in _ALONE or (not found["end"] and any(value for _, value in said))
    ):
        return False
    return all(
        value or bare.lower() in _BARE or bare.lower().startswith(("data-", "aria-", "on"))
        for bare, value in said
    )


def as_typed(html: str, whole: frozenset[str]) -> str:
    """Return HTML with every angle bracket escaped that does not begin an HTML tag."""

    def typed(found: re.Match[str]) -> str:
        known = found["name"] and is_html(found, whole)
        return found[0] if known else found[0].replace("<", "&lt;")

    return "".join(
        part if comment else TAG.sub(typed, part) for part, comment in without_comments(html)
    )


def without_comments(html: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of HTML, each with whether it is a comment."""
    here = 0
    while (start := html.find("<!--", here)) >= 0 and (end := html.find("-->", start + 2)) >= 0:
        yield html[here:start], False
        here = end + len("-->")
        yield html[start:here], True
    yield html[here:], False
