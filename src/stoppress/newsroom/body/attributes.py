"""The attributes that an element keeps in a body, and the check of each value."""

import re

from .address import link_address, picture_number, safe_address
from .elements import CELLS, SPANS

MAX_SPAN = 99  # a browser creates all columns of a span, even without cells in them
INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_PIXELS = re.compile(r"[1-9][0-9]{0,4}")
# A value that begins with a number is that number, whatever follows (HTML, section 2.3.4.1).
_COUNT = re.compile(r"\s*\+?0*([1-9][0-9]*)")
_NUMBER = re.compile(r"\s*([-+]?)0*([0-9]{1,9})(?![0-9])")
_SCOPES = frozenset({"col", "row", "colgroup", "rowgroup"})


def kept(name: str, values: dict[str, str]) -> dict[str, str]:
    """Return the attributes that a link, a picture or a cell keeps; none for other elements."""
    if name == "a":
        href = link_address(values.get("href", ""))
        return {} if href is None else {"href": href}
    if name == "img":
        return _picture(values)
    return _cell(name, values) if name in CELLS else {}


def number(value: str | None) -> int | None:
    """Return the number in a list's `start` or an item's `value`; None if it is not a number."""
    found = _NUMBER.match(value or "")
    return int(found[1] + found[2]) if found else None


def _picture(values: dict[str, str]) -> dict[str, str]:
    address = values.get("src", "")
    number = picture_number(address)
    src = safe_address(address) if number is None else f"picture:{number}"
    if src is None:
        return {}
    sizes = {k: values[k] for k in ("width", "height") if _PIXELS.fullmatch(values.get(k, ""))}
    alt = _text(values.get("alt", ""))
    if number is None:
        return {"src": src, "alt": alt} | sizes
    # The size of an uploaded picture is known, and its title is the caption.
    title = " ".join(_text(values.get("title", "")).split())
    return {"src": src, "alt": alt} | ({"title": title} if title else {})


def _text(value: str) -> str:
    return INVISIBLE.sub("\ufffd", value.replace("\r", "\n"))


def _cell(name: str, values: dict[str, str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if name == "th" and values.get("scope", "").lower() in _SCOPES:
        attributes["scope"] = values["scope"].lower()
    for span in SPANS:
        found = _COUNT.match(values.get(span, ""))
        if found and found[1] != "1":
            attributes[span] = found[1] if len(found[1]) < 3 else str(MAX_SPAN)
    return attributes
