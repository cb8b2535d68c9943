"""Replace characters that XML forbids (XML 1.0, 2.2) and JSON encoders refuse."""

import re
from typing import TypeVar

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Said = TypeVar("Said")


def legal(value: Said) -> Said:
    """Return a text, or a tuple or list of texts, with U+FFFD in place of illegal characters.

    The verbs refuse such characters, but rows of older releases, or rows written by other
    software, may have them.
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
