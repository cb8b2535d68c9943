"""The meaning of a word processor's element: a heading, a list item, a link to another page."""

import re
from urllib.parse import parse_qs, urlsplit

from .address import link_address

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
REDIRECT = re.compile(
    r"https?://(?:(?:www\.)?google\.[a-z.]{2,6}/url"
    r"|[\w.-]{0,60}\bsafelinks\.protection\.outlook\.com/?)\?",
    re.IGNORECASE | re.ASCII,
)
_LEVEL = re.compile(r"l[0-9]+\s+level([1-9])\b")


def level_of(tag: str, values: dict[str, str], said: dict[str, str]) -> int:
    """Return the level of a list item, from 1; 0 if the element has no own level."""
    if tag == "p" and (found := _LEVEL.match(said.get("mso-list", ""))):
        return int(found[1])
    level = values.get("data-aria-level", "")
    return int(level) if tag == "li" and re.fullmatch("[1-9]", level) else 0


def heading_of(tag: str, values: dict[str, str], classes: set[str]) -> str:
    """Return `h1` to `h6` if an element is a heading by its tag, class or role; else empty."""
    if tag in HEADINGS:
        return tag
    if tag not in {"p", "div"}:
        return ""
    if "MsoTitle" in classes:
        return "h1"
    level = values.get("aria-level", "2")
    if values.get("role") != "heading" or not re.fullmatch("[1-9]", level):
        return ""
    return f"h{min(int(level), 6)}"


def link_of(values: dict[str, str], in_document: bool) -> dict[str, str]:
    """Return a link's attributes with the target of a known redirect.

    A link to a place in a word processor's document loses its address.
    """
    href = values.get("href", "").strip()
    if REDIRECT.match(href):
        asked = parse_qs(urlsplit(href).query)
        target = link_address((asked.get("q") or asked.get("url") or [""])[0])
        return {**values, "href": target} if target and ":" in target else values
    if in_document and href.startswith("#"):
        return {key: value for key, value in values.items() if key != "href"}
    return values
