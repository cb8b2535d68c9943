"""What a tag means once its style has been heard: word processors paste meaning as style."""

import re

from .body_elements import MAPPED

# What a value says of its property: that there is something, or (None) that there is nothing.
_WEIGHT = re.compile(r"(bold|bolder|[6-9]00)|normal|lighter|[1-5]00")
_SLOPE = re.compile(r"(italic|oblique)\b.*|normal")
_RAISED = re.compile(r"(su[pb])(?:er)?|(text-top|\+?[0-9.]*[1-9].*)|(-.+|text-bottom)")
_MOVED = re.compile(r"(-[0-9.]*[1-9].*)|(\+?[0-9.]*[1-9].*)")
_LETTERS = re.compile(r"\b(?:lower|upper)-")
MAX_STYLE = 2000
_NAMELESS = frozenset({"span", "font", "u", "small", "big", "ins", "mark"})
INLINE = ("span", "font", "a", "b", "strong", "i", "em", "u", "s", "del", "strike", "sup", "sub")
# In these a style that strikes or raises the text means no less.
STYLED = (*INLINE, "small", "big", "code", "ins", "mark", "p", "div", "li", "td", "th", "h2", "h3")


def names(tag: str, style: str) -> list[str]:
    """Return the elements that a tag with this style begins, the outermost first.

    A `b` whose style says it is not bold begins none; a `span` in bold begins `strong`.
    """
    meaning = MAPPED.get(tag, tag)
    begun = [tag] if tag not in _NAMELESS else []
    if tag not in STYLED or not style:
        return begun
    said = properties(style)
    weight = _WEIGHT.fullmatch(said.get("font-weight", ""))
    slope = _SLOPE.fullmatch(said.get("font-style", ""))
    lines = f"{said.get('text-decoration', '')} {said.get('text-decoration-line', '')}"
    if (meaning == "strong" and weight and not weight[1]) or (
        meaning == "em" and slope and not slope[1]
    ):
        begun = []
    more = [
        "strong" if weight and weight[1] else "",
        "em" if slope and slope[1] else "",
        "s" if "line-through" in lines else "",
        _raised(said),
    ]
    return begun + [name for name in more if name and name != meaning]


def _raised(said: dict[str, str]) -> str:
    """Return how a style moves a text off its line: `sup`, `sub`, or not."""
    if found := _RAISED.fullmatch(said.get("vertical-align", "")):
        return found[1] or ("sup" if found[2] else "sub")
    moved = _MOVED.fullmatch(said.get("top", "")) if said.get("position") == "relative" else None
    return ("sup" if moved[1] else "sub") if moved else ""


def counts_in_letters(values: dict[str, str]) -> bool:
    """Tell whether a list is counted a, b, c or i, ii, iii."""
    said = properties(values.get("style", ""))
    style = f"{said.get('list-style', '')} {said.get('list-style-type', '')}"
    return values.get("type", "1") in {"a", "A", "i", "I"} or bool(_LETTERS.search(style))


def properties(style: str) -> dict[str, str]:
    """Return what a style says, in small letters; of a property said twice, the last."""
    pairs = (pair.partition(":") for pair in style[:MAX_STYLE].lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}
