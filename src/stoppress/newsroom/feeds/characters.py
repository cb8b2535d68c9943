"""Characters that XML forbids (XML 1.0, 2.2), and no encoder of JSON accepts."""

import re
from typing import TypeVar

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Said = TypeVar("Said")


def legal(value: Said) -> Said:
    """Return a text, or a tuple or list with all texts in it, without illegal characters.

    The verbs refuse such characters; rows of older releases, and those that something else has
    written, may have them. U+FFFD takes their place.
    """
    made: object = value
    if isinstance(value, str):
        made = _ILLEGAL.sub("\ufffd", value)
    elif isinstance(value, list):
        made = [legal(each) for each in value]
    elif isinstance(value, tuple):
        parts = [legal(each) for each in value]
        made = value._make(parts) if hasattr(value, "_make") else tuple(parts)
    return made  # type: ignore[return-value]
