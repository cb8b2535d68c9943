"""Say what HTML loses by how it is written, which a parser drops without a word."""

import re
from collections.abc import Iterator
from html import unescape

from .address import LINKS
from .excerpt import excerpt
from .tags import NAMES

SAID = 40
# A parser takes all up to their end for code, or for no part of the text.
CODE = ("script", "style", "title", "template", "noembed", "noframes")
# They too end the text where they are not ended.
_ENDED = (*CODE, "iframe", "video", "audio", "object", "noscript", "textarea", "select", "button")
_ENDS = re.compile(rf"<(/?)({'|'.join(_ENDED)})(?=[\s/>])", re.IGNORECASE)
_DRAWN = ("svg", "math")
# A tag as a parser takes it (HTML, sections 13.2.5.6 to 13.2.5.40): up to its bracket, wherever
# that is, and where it has none, all the rest of the text.
_ATTRIBUTE = r"""[\s/]*+((?:=(?!\s*+["']))?+[^\s/>=]*+)
    (?:\s*+=\s*+("[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))?+"""
ATTRIBUTES = re.compile(_ATTRIBUTE, re.VERBOSE)
MARKUP = re.compile(
    rf"""(?P<comment><!--)(?:-?>|.*?(?P<ended>--!?>))?
      | <(?P<end>/?)(?P<name>[a-z][^\s/>]*+)
        (?P<attributes>(?:(?!>){re.sub(r"[(](?![?])", "(?:", _ATTRIBUTE)})*+)(?P<close>>?)
      | (?P<bogus><(?:[!?](?!doctype\b|\[if\b|\[endif\b)|/))""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_SCHEME = re.compile(r"\s*+([a-z][a-z0-9+.-]*+):", re.IGNORECASE)
# What brings something from elsewhere, in an element that only a script knows.
_BRINGS = re.compile(r"(?:^|[-_])(?:src|url|href)$|(?:video|tweet|post)-?id$", re.IGNORECASE)
# A name that a script has made, or of another vocabulary, such as `o:p`.
_SCRIPTS_OWN = re.compile(r"[a-z][\w.]*+(?:[-:]++[\w.]++)++")
_WRAPPED = re.compile(r"[\t\n\r]")
_TAGS = re.compile(r"<[^<>]*+>")
_AT_ONCE = re.compile(r"\s*+</")
# Where these have no text, they are drawn from an attribute.
_DRAWN_FROM = {
    **dict.fromkeys(("meter", "progress"), "value"),
    **dict.fromkeys(("span", "i", "b", "div"), "aria-label"),
}
NEAR = 500
_TITLED = {
    **{"a": "a link", "img": "a picture"},
    **dict.fromkeys(("abbr", "acronym", "dfn"), "a word"),
}


def lost(html: str) -> list[str]:
    """Return a sentence for each thing that nobody will see of this HTML."""
    return list(dict.fromkeys([*_code(html), *_tags(html)]))


def _code(html: str) -> list[str]:
    tags = [(end, name.lower()) for end, name in _ENDS.findall(html)]
    said = [f"A <{name}> was left out." for name in CODE if ("", name) in tags and name != "style"]
    for name in _ENDED:
        if tags.count(("", name)) > tags.count(("/", name)):
            said.append(f"What comes after <{name}> was left out, for it is never ended.")
    return said


def after(found: re.Match[str], low: str) -> int:
    """Return where the text goes on after a tag and what is left out with it, as a whole.

    Args:
        low: the HTML in small letters.
    """
    name = (found["name"] or "").lower()
    apart = name in CODE or (name in _DRAWN and not found["attributes"].endswith("/"))
    if not apart or found["end"] or not found["close"]:
        return found.end()
    end = low.find(f"</{name}", found.end())
    return end if end >= 0 else len(low)


def _tags(html: str) -> Iterator[str]:
    here, low = 0, html.lower()
    while found := MARKUP.search(html, here):
        here = after(found, low)
        rest = html[found.start() : found.start() + 2 * SAID]
        if found["comment"]:
            if found.end() - found.start() == len("<!--"):
                words = excerpt(rest[len("<!--") :], SAID)
                yield f"A comment that is never ended was left out, and all after it: {words}."
                return
            continue
        said = ATTRIBUTES.findall(found["attributes"] or "")
        # Words that stand before the next tag have become attributes of this one.
        if found["bogus"] or not found["close"] or any("<" in name for name, _ in said):
            yield f"This is no tag of HTML, and was left out: {excerpt(rest, SAID)}."
            if not found["bogus"] and not found["close"]:
                return
        elif not found["end"]:
            attributes = {key.lower(): unescape(_bare(value)) for key, value in reversed(said)}
            yield from _tag(found, attributes)
            yield from _said_aside(html, found, attributes)


def _tag(found: re.Match[str], attributes: dict[str, str]) -> Iterator[str]:
    name = found["name"].lower()
    if name not in NAMES:
        if not _SCRIPTS_OWN.fullmatch(name):
            yield f"HTML has no tag {excerpt(found[0], SAID)}; a bracket in a text is &lt;."
        elif any(_BRINGS.search(key) and value.strip() for key, value in attributes.items()):
            yield f"Only the text, if any, is shown of {excerpt(found[0], SAID)}."
    # A browser finds a scheme across the ends of the lines it was wrapped on.
    scheme = _SCHEME.match(_WRAPPED.sub("", attributes.get("href", "")))
    if scheme and scheme[1].lower() not in LINKS:
        yield f"A link to an address of {scheme[1].lower()}: keeps its text only."


def _said_aside(html: str, found: re.Match[str], attributes: dict[str, str]) -> Iterator[str]:
    """Name what a screen shows to a mouse alone, or draws without a word."""
    name = found["name"].lower()
    title = " ".join(attributes.get("title", "").split())
    if title and name in _TITLED and not _is_said(title, html, found, attributes):
        yield f"The title of {_TITLED[name]} was left out: {excerpt(title)}."
    href = attributes.get("href", "").strip()
    # A mark of a place in the page is not to be read.
    if name == "a" and href.strip("#") and href[0] != "#" and _AT_ONCE.match(html, found.end()):
        yield f"A link without words was left out: {excerpt(href)}."
    drawn = attributes.get(_DRAWN_FROM.get(name, ""), "").strip()
    if drawn and _AT_ONCE.match(html, found.end()):
        yield f"A <{name}> was left out: {excerpt(drawn)}."


def _is_said(title: str, html: str, found: re.Match[str], attributes: dict[str, str]) -> bool:
    """Tell whether a title is said again, as most are, by a picture's or a link's own words."""
    words = unescape(_TAGS.sub("", html[found.end() : found.end() + NEAR]))
    return title in " ".join(words.split()) or title in attributes.get("alt", "")


def _bare(value: str) -> str:
    return value[1:-1] if value[:1] in {"'", '"'} else value
