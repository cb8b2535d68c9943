"""Tell tags of HTML from words in angle brackets: `<b>` from `<name withheld>`."""

import re
from collections.abc import Container, Iterator

# A tag as CommonMark has it (section 6.6), or a lone bracket.
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
NAMES = frozenset(_NAMES.split())
# They say nothing in a text unless they say it by an attribute: alone they are words.
_SILENT_NAMES = """
    base basefont bgsound command content data element frame image isindex keygen link map meta
    nextid output param plaintext portal shadow slot source spacer title track
"""
_MUTE = frozenset(_SILENT_NAMES.split())
# Attributes that need no value. In `<address withheld>` stands none of them.
_BARE_NAMES = """
    allowfullscreen alt async autofocus autoplay checked compact controls crossorigin default defer
    disabled download formnovalidate hidden href inert ismap itemscope loop mozallowfullscreen
    multiple muted name nohref nomodule noresize noshade novalidate nowrap open playsinline readonly
    required reversed selected src title translate value webkitallowfullscreen
"""
_BARE = frozenset(_BARE_NAMES.split())


# These are never ended, or need not be.
_UNENDED_NAMES = """
    area base basefont bgsound body br col colgroup dd dt embed frame head hr html img input isindex
    keygen li link meta nextid p param plaintext rb rp rt rtc source tbody td tfoot th thead tr
    track wbr
"""
_UNENDED = frozenset(_UNENDED_NAMES.split())
_END = re.compile(r"</([a-zA-Z][a-zA-Z0-9]*+)")


def ended_in(text: str) -> set[str]:
    """Return the names of the elements that a text ends somewhere."""
    return {name.lower() for name in _END.findall(text)}


def is_html(
    name: str, attributes: str, end: bool = False, ended: Container[str] | None = None
) -> bool:
    """Tell whether a tag is one of HTML, by its name and by the form of its attributes.

    Args:
        end: it is an end tag.
        ended: the names that the text ends, if that is to count: `<time>` alone is a word.
    """
    name = name.lower()
    alone = ended is not None and name not in ended and name not in _UNENDED and not end
    if alone and not any(value for _, value in _ATTRIBUTE.findall(attributes)):
        return False
    if name not in NAMES or (name in _MUTE and not end and not attributes.strip()):
        return False
    return all(
        value or bare.lower() in _BARE or bare.lower().startswith(("data-", "aria-", "on"))
        for bare, value in _ATTRIBUTE.findall(attributes)
    )


def as_typed(html: str, ended: Container[str] | None = None) -> str:
    """Return HTML with every bracket that begins no tag of HTML as the text it is."""

    def keep(found: re.Match[str]) -> str:
        name, attributes = found["name"], found["attributes"]
        known = name and is_html(name, attributes, bool(found["end"]), ended)
        return found[0] if known else found[0].replace("<", "&lt;")

    return "".join(
        part if comment else TAG.sub(keep, part) for part, comment in without_comments(html)
    )


def without_comments(html: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of HTML, and of each whether it is a comment."""
    here = 0
    while (start := html.find("<!--", here)) >= 0 and (end := html.find("-->", start + 2)) >= 0:
        yield html[here:start], False
        here = end + len("-->")
        yield html[start:here], True
    yield html[here:], False
