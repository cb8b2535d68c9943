"""Superscript and subscript in plain text, so that a number keeps its meaning: 10⁶ is not 106."""

import re

_UP = str.maketrans("0123456789+-−–=()niao", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱªº")
_DOWN = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_UP_SIGNS = re.compile(r"[0-9+\-−–=()]+|[niao]")
_DOWN_SIGNS = re.compile(r"[0-9+\-−–=()]+")
# Characters that may begin a number or a formula. The mark of a note ([1], *, †) is not one.
_BEFORE = "+-−–±.,("


def small_type(text: str, raised: bool) -> str:
    """Return superscript or subscript as plain text: 10⁶, m², CO₂, 10^-6.5, 1st.

    Several superscript letters stay as they are (1st, Mme). Other text without Unicode characters
    for this gets a `^` or `_`, so that it does not run into the word or number before it.

    Args:
        raised: superscript; else subscript.
    """
    line = " ".join(text.split())
    signs, table = (_UP_SIGNS, _UP) if raised else (_DOWN_SIGNS, _DOWN)
    if signs.fullmatch(line):
        return line.translate(table)
    said = line.lstrip(_BEFORE)
    if not said[:1].isalnum() or (raised and len(line) > 1 and line.isalpha()):
        return text
    return ("^" if raised else "_") + line
