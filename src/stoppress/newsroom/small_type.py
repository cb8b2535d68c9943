"""Raised and lowered text where there is one line only: a number stays the number that it is."""

import re

_UP = str.maketrans("0123456789+-−–=()niao", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱªº")
_DOWN = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_UP_SIGNS = re.compile(r"[0-9+\-−–=()]+|[niao]")
_DOWN_SIGNS = re.compile(r"[0-9+\-−–=()]+")
# What a number or a formula may begin with; a mark of a note ([1], *, †) is none.
_BEFORE = "+-−–±.,("


def small_type(text: str, raised: bool) -> str:
    """Return raised or lowered text on the line: 10⁶, m², CO₂, 10^-6.5, 1st.

    Letters stay as they are where several stand together (1st, Mme); what would run into the
    word or the number before it gets a sign.
    """
    line = " ".join(text.split())
    signs, table = (_UP_SIGNS, _UP) if raised else (_DOWN_SIGNS, _DOWN)
    if signs.fullmatch(line):
        return line.translate(table)
    said = line.lstrip(_BEFORE)
    if not said[:1].isalnum() or (raised and len(line) > 1 and line.isalpha()):
        return text
    return ("^" if raised else "_") + line
