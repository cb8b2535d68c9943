"""What a tag means once its style has been heard: word processors paste meaning as style."""

import re

from .elements import MAPPED, RAISED

# What a value says of its property: that there is something, or (None) that there is nothing.
_WEIGHT = re.compile(r"(bold|bolder|[6-9]00)|normal|lighter|[1-5]00")
_SLOPE = re.compile(r"(italic|oblique)\b.*|normal")
# Word raises by a length, others by the line's edge; a length below zero is the other way.
_UP = re.compile(r"super|text-top|\+?(?=[.0-9]*[1-9])[.0-9]+(?:[a-z]+|%)")
_DOWN = re.compile(r"sub|text-bottom|-(?=[.0-9]*[1-9])[.0-9]+(?:[a-z]+|%)")
_BLOCK = re.compile(r"(?:block|flex|grid|flow-root|list-item|table\b).*")
_UNCOUNTED = frozenset({"none", "disc", "circle", "square"})
_COUNTED = frozenset({"decimal", "decimal-leading-zero"})
_LETTERS = re.compile(r"\b(?:lower|upper)-")
MAX_STYLE = 2000
# Elements of a line that are none of a body's: their style alone counts.
_NAMES = """
    abbr acronym bdi bdo big cite data dfn font ins kbd label mark nobr output samp small span time
    tt u var
"""
_NAMELESS = frozenset(_NAMES.split())
INLINE = _NAMELESS | {"a", "b", "strong", "i", "em", "s", "del", "strike", "sup", "sub", "code"}
# These are bold by themselves: what makes them so is a design's.
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "th"})


def names(tag: str, style: str) -> list[str]:
    """Return the elements that a tag with this style begins, the outermost first.

    A `b` whose style says it is not bold begins none; a `span` or a paragraph in bold begins
    `strong`. What is no part of a line (a cell) is not raised by its `vertical-align`.
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
    """Return what `font` says in one of its words; what it resets by leaving out is a design's."""
    words = map(kind.fullmatch, said.get("font", "").split())
    return next((found for found in words if found and found[1]), None)


def _raised(said: dict[str, str]) -> str:
    """Return how a style moves a text off its line: `sup`, `sub`, or not."""
    moved = [said.get("vertical-align", "")]
    if said.get("position") == "relative":
        top = said.get("top", "")
        moved += [said.get("bottom", ""), top[1:] if top.startswith("-") else f"-{top}"]
    if any(map(_UP.fullmatch, moved)):
        return "sup"
    return "sub" if any(map(_DOWN.fullmatch, moved)) else ""


def ends(style: str) -> list[str]:
    """Return what a style ends of what is around it: bold by normal weight, italics upright.

    What is struck it cannot end: a browser draws the line through all that is within.
    """
    if not style:
        return []
    said = properties(style)
    weight = _WEIGHT.fullmatch(said.get("font-weight", ""))
    slope = _SLOPE.fullmatch(said.get("font-style", ""))
    ended = ["unbold"] if weight and not weight[1] else []
    return [*ended, "upright"] if slope and not slope[1] else ended


def is_hidden(values: dict[str, str]) -> bool:
    """Tell whether a browser shows nothing of an element."""
    said = properties(values.get("style", ""))
    return "hidden" in values or said.get("display") == "none" or said.get("mso-hide") == "all"


def list_tag(tag: str, values: dict[str, str]) -> str:
    """Return `ul` or `ol` as a browser shows the list: a number that it does not show is none."""
    kinds = set(_kinds(values).split())
    if tag == "ol" and kinds & _UNCOUNTED and not kinds & _COUNTED:
        return "ul"
    return "ol" if tag == "ul" and (_COUNTED & kinds or counts_in_letters(values)) else tag


def counts_in_letters(values: dict[str, str]) -> bool:
    """Tell whether a list is counted a, b, c or i, ii, iii."""
    return values.get("type", "1") in {"a", "A", "i", "I"} or bool(_LETTERS.search(_kinds(values)))


def _kinds(values: dict[str, str]) -> str:
    said = properties(values.get("style", ""))
    return f"{said.get('list-style', '')} {said.get('list-style-type', '')}"


def properties(style: str) -> dict[str, str]:
    """Return what a style says, in small letters; of a property said twice, the last."""
    pairs = (pair.partition(":") for pair in style[:MAX_STYLE].lower().split(";"))
    return {name.strip(): value.partition("!")[0].strip() for name, _, value in pairs}
