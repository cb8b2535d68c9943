"""The meaning of a tag with its style. Word processors put the meaning of a text into styles."""

import re

from .elements import MAPPED, RAISED

# The values of a property. The group matches a value that sets it, such as bold, and is None for
# one that clears it, such as normal.
_WEIGHT = re.compile(r"(bold|bolder|[6-9]00)|normal|lighter|[1-5]00")
_SLOPE = re.compile(r"(italic|oblique)\b.*|normal")
# Word raises by a length, others by a keyword; a negative length lowers.
_UP = re.compile(r"super|text-top|\+?(?=[.0-9]*[1-9])[.0-9]+(?:[a-z]+|%)")
_DOWN = re.compile(r"sub|text-bottom|-(?=[.0-9]*[1-9])[.0-9]+(?:[a-z]+|%)")
_BLOCK = re.compile(r"(?:block|flex|grid|flow-root|list-item|table\b).*")
_UNCOUNTED = frozenset({"none", "disc", "circle", "square"})
_COUNTED = frozenset({"decimal", "decimal-leading-zero"})
_LETTERS = re.compile(r"\b(?:lower|upper)-")
MAX_STYLE = 2000
# Inline elements that a body does not have. Only their style counts.
_NAMES = """
    abbr acronym bdi bdo big cite data dfn font ins kbd label mark nobr output samp small span time
    tt u var
"""
_NAMELESS = frozenset(_NAMES.split())
INLINE = _NAMELESS | {"a", "b", "strong", "i", "em", "s", "del", "strike", "sup", "sub", "code"}
# These are bold anyway, so a bold style in them is part of the design.
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "th"})


def names(tag: str, style: str) -> list[str]:
    """Return the elements that a tag with this style begins, the outermost first.

    A `b` with a normal weight begins none; a bold `span` or paragraph begins `strong`. The
    `vertical-align` of an element that is not inline, such as a cell, raises nothing.
    """
    meaning = MAPPED.get(tag, tag)
    begun = [] if tag in _NAMELESS else [tag]
    if not style:
        return begun
    said = properties(style)
    lines = f"{said.get('text-decoration', '')} {said.get('text-decoration-line', '')}"
    weight = _WEIGHT.fullmatch(said.get("font-weight", "")) or _in_font(_WEIGHT, said)
    slope = _SLOPE.fullmatch(said.get("font-style", "")) or _in_font(_SLOPE, said)
    if (meaning == "strong" and weight and not weight[1]) or (
        meaning == "em" and slope and not slope[1]
    ):
        begun = []
    if _BLOCK.fullmatch(said.get("display", "")):
        begun = ["div", *begun]
    more = [
        "strong" if weight and weight[1] and tag not in _HEADS else "",
        "em" if slope and slope[1] else "",
        "s" if "line-through" in lines else "",
        _raised(said) if tag in INLINE and meaning not in RAISED else "",
    ]
    return begun + [name for name in more if name and name != meaning]


def _in_font(kind: re.Pattern[str], said: dict[str, str]) -> re.Match[str] | None:
    """Return a word of `font` that sets the property. Resets by an absent word do not count."""
    words = map(kind.fullmatch, said.get("font", "").split())
    return next((found for found in words if found and found[1]), None)


def _raised(said: dict[str, str]) -> str:
    """Return `sup` or `sub` if a style raises or lowers the text; else an empty string."""
    moved = [said.get("vertical-align", "")]
    if said.get("position") == "relative":
        top = said.get("top", "")
        moved += [said.get("bottom", ""), top[1:] if top.startswith("-") else f"-{top}"]
    if any(map(_UP.fullmatch, moved)):
        return "sup"
    return "sub" if any(map(_DOWN.fullmatch, moved)) else ""


def ends(style: str) -> list[str]:
    """Return the pseudo-elements of a style: normal weight ends bold, normal slope ends italics.

    No style ends a line through the text: a browser draws that line through all content.
    """
    if not style:
        return []
    said = properties(style)
    weight = _WEIGHT.fullmatch(said.get("font-weight", ""))
    slope = _SLOPE.fullmatch(said.get("font-style", ""))
    ended = ["unbold"] if weight and not weight[1] else []
    return [*ended, "upright"] if slope and not slope[1] else ended


def is_hidden(values: dict[str, str]) -> bool:
    """Return whether an element is hidden by its attribute or style."""
    said = properties(values.get("style", ""))
    return "hidden" in values or said.get("display") == "none" or said.get("mso-hide") == "all"


def list_tag(tag: str, values: dict[str, str]) -> str:
    """Return `ul` or `ol`, whichever the list's style looks like in a browser."""
    kinds = set(_kinds(values).split())
    if tag == "ol" and kinds & _UNCOUNTED and not kinds & _COUNTED:
        return "ul"
    return "ol" if tag == "ul" and (_COUNTED & kinds or counts_in_letters(values)) else tag


def counts_in_letters(values: dict[str, str]) -> bool:
    """Return whether a list is numbered a, b, c or i, ii, iii."""
    return values.get("type", "1") in {"a", "A", "i", "I"} or bool(_LETTERS.search(_kinds(values)))


def _kinds(values: dict[str, str]) -> str:
    said = properties(values.get("style", ""))
    return f"{said.get('list-style', '')} {said.get('list-style-type', '')}"


def properties(style: str) -> dict[str, str]:
    """Return a style's properties and values in lower case; the last one of equal names counts."""
    pairs = (pair.partition(":") for pair in style[:MAX_STYLE].lower().split(";"))
    return {name.strip(): value.partition("!")[0].strip() for name, _, value in pairs}
