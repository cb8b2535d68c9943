"""Symbols of the font Wingdings, which Word and Outlook write as letters: an arrow is `à`."""

import re

# Symbols that Word and Outlook insert for `-->` or `:-)`, and the first ones of "Insert symbol".
_SIGNS = {
    **{"à": "→", "ß": "←", "á": "↑", "â": "↓", "ó": "↔", "ô": "↕"},
    **{"è": "➔", "ð": "⇨", "Ø": "➢", "F": "☞"},
    **{"J": "☺", "K": "😐", "L": "☹"},
    **{"ü": "✓", "û": "✗", "þ": "☑", "ý": "☒", "¨": "☐", "o": "☐"},
    **{"§": "▪", "n": "■", "l": "●", "v": "❖", "q": "❑", "«": "★"},
    **{"(": "☎", "*": "✉", "C": "👍", "D": "👎"},
}
_FONT = re.compile(r"""["']?((?:wingdings|webdings)\b[ 0-9]*)""")
# Some programs write the same symbols as characters of Unicode's private use area.
_PRIVATE = 0xF000


def symbol_font(said: dict[str, str]) -> str:
    """Return the symbol font that a style sets, in lower case; empty for any other font."""
    values = (said.get(name, "") for name in ("font-family", "mso-symbol-font-family"))
    return next((found[1].strip() for found in map(_FONT.match, values) if found), "")


def signs(text: str, font: str) -> tuple[str, str]:
    """Return a text of a symbol font as Unicode symbols, and its characters that are not known.

    Only the characters of Wingdings are known.
    """
    made, unknown = [], []
    for letter in text:
        own = chr(ord(letter) - _PRIVATE) if _PRIVATE < ord(letter) < _PRIVATE + 256 else letter
        sign = _SIGNS.get(own) if font == "wingdings" else None
        if sign is None and not own.isspace():
            unknown.append(own)
        made.append(sign or own)
    return "".join(made), "".join(unknown)
