"""Warnings about parts of HTML that a parser drops silently because of the way they are written."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

from stoppress.newsroom.phrase import Phrase, marked

from .address import LINKS, picture_number
from .attributes import INVISIBLE
from .cleaning import DRAWINGS, cleaned
from .empty_links import EMPTY
from .excerpt import excerpt
from .posts import without_own_scripts
from .tags import NAMES

SAID = 40
# A parser treats everything up to their end tag as code, or as no part of the text.
CODE = ("script", "style", "title", "template", "noembed", "noframes")
# Without an end tag, these also swallow the rest of the text.
_ENDED = (*CODE, "iframe", "video", "audio", "object", "noscript", "textarea", "select", "button")
_ENDS = re.compile(rf"<(/?)({'|'.join(_ENDED)})(?=[\s/>])", re.IGNORECASE)
# Their content is parsed: a tag in it may contain something like their end tag.
_PARSED = (*DRAWINGS, "template")
# A tag as a parser reads it (HTML, sections 13.2.5.6 to 13.2.5.40): up to its closing bracket, or
# to the end of the text if there is none.
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
# Attributes that load something, in an element that only a script knows.
_BRINGS = re.compile(r"(?:^|[-_])(?:src|url|href)$|(?:video|tweet|post)-?id$", re.IGNORECASE)
# A custom element, or a name from another vocabulary, such as `o:p`.
_SCRIPTS_OWN = re.compile(r"[a-z][\w.]*+(?:[-:]++[\w.]++)++")
# Tags of LibreOffice; the text between them is kept.
_OF_OFFICE = frozenset({"sdfield", "comment"})
_WRAPPED = re.compile(r"[\t\n\r]")
_TAGS = re.compile(r"<[^<>]*+>")
_AT_ONCE = re.compile(r"\s*+</")
# Without text, these are drawn from an attribute.
_DRAWN_FROM = {
    **dict.fromkeys(("meter", "progress"), "value"),
    **dict.fromkeys(("span", "i", "b", "div"), "aria-label"),
}
NEAR = 500
_TITLED = {
    "a": marked("The title of a link was left out: %(words)s."),
    "img": marked("The title of a picture was left out: %(words)s."),
    **dict.fromkeys(
        ("abbr", "acronym", "dfn"), marked("The title of a word was left out: %(words)s.")
    ),
}
_MAY_MISS = {
    "svg": marked("Text in a drawing (SVG) may be missing: %(words)s."),
    "math": marked("Text in a formula (MathML) may be missing: %(words)s."),
}


def lost(html: str) -> list[Phrase]:
    """Return a warning for each part of this HTML that a parser drops silently."""
    return list(dict.fromkeys([*_code(html), *_tags(html)]))


def _code(html: str) -> list[Phrase]:
    tags = [(end, name.lower()) for end, name in _ENDS.findall(without_own_scripts(html))]
    code = [name for name in CODE if ("", name) in tags and name != "style"]
    said = [Phrase("A <%(tag)s> was left out.", tag=name) for name in code]
    for name in _ENDED:
        if tags.count(("", name)) > tags.count(("/", name)):
            said.append(_never_closed(name))
    return said


def _never_closed(name: str) -> Phrase:
    return Phrase("Everything after <%(tag)s> was left out, because it is never closed.", tag=name)


def after(found: re.Match[str], html: str, low: str) -> int:
    """Return where the text continues after a tag and the content that is left out with it.

    Args:
        low: the HTML in lower case.
    """
    if (found["name"] or "").lower() in _PARSED and found["close"] and not found["end"]:
        return _parsed_end(found, html, low)
    return _after_code(found, low)


def _after_code(found: re.Match[str], low: str) -> int:
    name = (found["name"] or "").lower()
    if name not in CODE or found["end"] or not found["close"]:
        return found.end()
    end = low.find(f"</{name}", found.end())
    return end if end >= 0 else len(low)


def _parsed_end(found: re.Match[str], html: str, low: str) -> int:
    name, here = found["name"].lower(), found.end()
    if found["attributes"].endswith("/") or _last_end(name, low) < here:
        return here
    depth = 1
    while (tag := MARKUP.search(html, here)) and (tag["close"] or not tag["name"]):
        here = _after_code(tag, low)
        if tag[0] == "<!--":
            break  # it is never closed
        if tag["bogus"]:
            here = html.find(">", here) + 1 or len(html)
        if (tag["name"] or "").lower() == name and not tag["attributes"].endswith("/"):
            depth += -1 if tag["end"] else 1
            if not depth:
                return tag.start()
    return len(html)


@lru_cache(4)  # a hostile text makes us look for the same end tag at each of its tags
def _last_end(name: str, low: str) -> int:
    return low.rfind(f"</{name}")


def _tags(html: str) -> Iterator[Phrase]:
    here, low, never = 0, html.lower(), False
    while found := MARKUP.search(html, here):
        here = after(found, html, low)
        rest = html[found.start() : found.start() + 2 * SAID]
        if found["comment"]:
            if found.end() - found.start() == len("<!--"):
                words = excerpt(rest[len("<!--") :], SAID)
                yield Phrase(
                    "A comment is never closed; everything after it was left out: %(words)s.",
                    words=words,
                )
                return
            continue
        said = ATTRIBUTES.findall(found["attributes"] or "")
        # The text before the next tag has become attributes of this one.
        if found["bogus"] or not found["close"] or any("<" in name for name, _ in said):
            yield _no_tag(rest)
            if not found["bogus"] and not found["close"]:
                return
        elif not found["end"]:
            attributes = {key.lower(): unescape(_bare(value)) for key, value in reversed(said)}
            yield from _tag(found, attributes, low)
            yield from _said_aside(html, found, attributes)
            name = found["name"].lower()
            if name in DRAWINGS and not never:
                # Warn once of all text after a drawing that is never closed.
                empty = found["attributes"].endswith("/") or low.startswith(f"</{name}", here)
                never = here == found.end() and not empty
                yield from _drawn(html[found.start() : None if never else here], name)
            elif name == "template" and here == len(html):
                yield _never_closed(name)


@lru_cache(16)  # a hostile text repeats the same tag
def _no_tag(rest: str) -> Phrase:
    words = excerpt(rest, SAID)
    return Phrase("This is not an HTML tag, and was left out: %(words)s.", words=words)


def _tag(found: re.Match[str], attributes: dict[str, str], low: str) -> Iterator[Phrase]:
    name = found["name"].lower()
    if name not in NAMES and not (name in _OF_OFFICE and _last_end(name, low) > found.start()):
        if not _SCRIPTS_OWN.fullmatch(name):
            yield Phrase(
                "HTML has no tag %(words)s; write &lt; for a bracket in a text.",
                words=excerpt(found[0], SAID),
            )
        elif any(_BRINGS.search(key) and value.strip() for key, value in attributes.items()):
            words = excerpt(found[0], SAID)
            yield Phrase("Only the text within %(words)s is shown, if there is any.", words=words)
    # A browser ignores line ends in an address, also inside the scheme.
    scheme = _SCHEME.match(_WRAPPED.sub("", attributes.get("href", "")))
    if scheme and scheme[1].lower() not in LINKS:
        kind = scheme[1].lower()
        yield Phrase("A link to a %(scheme)s: address keeps only its text.", scheme=kind)


def _drawn(drawing: str, name: str) -> Iterator[Phrase]:
    """Warn of text that a parser drops because its tag is not allowed in a drawing."""
    words = _words(INVISIBLE.sub("\ufffd", drawing))
    if words and "".join(words) != "".join(_words(cleaned(drawing))):
        yield Phrase(_MAY_MISS[name], words=excerpt(" ".join(words)))


def _words(html: str) -> list[str]:
    here, low, said = 0, html.lower(), []
    while found := MARKUP.search(html, here):
        said.append(html[here : found.start()])
        here = _after_code(found, low)
        if found[0] == "<!--":
            break  # it is never closed
        if "<" in found[0][1:] and not found["comment"]:
            said.append(found[0])  # text that a missing quotation mark has made an attribute
    return unescape(" ".join([*said, html[here:]])).split()


def _said_aside(html: str, found: re.Match[str], attributes: dict[str, str]) -> Iterator[Phrase]:
    """Warn of a title that a page shows only as a tooltip, an empty link, or a drawn value."""
    name = found["name"].lower()
    title = " ".join(attributes.get("title", "").split())
    if picture_number(attributes.get("src", "")) is not None:
        return  # the title of an uploaded picture is its caption
    if title and name in _TITLED and not _is_said(title, html, found, attributes):
        yield Phrase(_TITLED[name], words=excerpt(title))
    href = attributes.get("href", "").strip()
    # An anchor or a link within the page leads to no other page.
    if name == "a" and href.strip("#") and href[0] != "#" and _AT_ONCE.match(html, found.end()):
        yield Phrase(EMPTY, words=excerpt(href))
    drawn = attributes.get(_DRAWN_FROM.get(name, ""), "").strip()
    if drawn and _AT_ONCE.match(html, found.end()):
        words = excerpt(drawn)
        yield Phrase("A <%(tag)s> was left out: %(words)s.", tag=name, words=words)


def _is_said(title: str, html: str, found: re.Match[str], attributes: dict[str, str]) -> bool:
    """Return whether the text after the tag, or a picture's `alt`, repeats the title."""
    words = unescape(_TAGS.sub("", html[found.end() : found.end() + NEAR]))
    return title in " ".join(words.split()) or title in attributes.get("alt", "")


def _bare(value: str) -> str:
    return value[1:-1] if value[:1] in {"'", '"'} else value
