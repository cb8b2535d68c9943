"""Write what is read of a publisher's HTML as text: a number stays the number that it is."""

import re

from stoppress.newsroom.body_elements import INLINES, MAPPED, RAISED

_UP = str.maketrans("0123456789+-−–=()niao", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱªº")
_DOWN = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_UP_SIGNS = re.compile(r"[0-9+\-−–=()]+|[niao]")
_DOWN_SIGNS = re.compile(r"[0-9+\-−–=()]+")
_WITHIN_WORDS = INLINES | {name for name, meant in MAPPED.items() if meant in INLINES} | {"img"}
_STRUCK = frozenset({"s", "del", "strike"})


class Plain:
    """A sink that keeps the text; what is struck is not said."""

    def __init__(self) -> None:
        # The text so far, and above it that of each raised or lowered part which is open.
        self.levels: list[list[str]] = [[]]
        self.struck = 0

    def start(self, name: str, values: dict[str, str]) -> None:
        if name in _STRUCK:
            self.struck += 1
        elif name in RAISED:
            self.levels.append([])
        elif name not in _WITHIN_WORDS:
            self.levels[-1].append(" ")

    def end(self, name: str) -> None:
        if name in _STRUCK:
            self.struck -= 1
        elif name in RAISED:
            small = small_type("".join(self.levels.pop()), raised=name == "sup")
            self.levels[-1].append(small)
        elif name not in _WITHIN_WORDS:
            self.levels[-1].append(" ")

    def text(self, data: str) -> None:
        if not self.struck:
            self.levels[-1].append(data)

    def text_of_all(self) -> str:
        return "".join(self.levels[0])


def small_type(text: str, raised: bool) -> str:
    """Return raised or lowered text on the line: 10⁶, m², CO₂, 10^6.5, 1st.

    Letters stay as they are where several stand together (1st, Mme); what would run into the
    word or the number before it gets a sign.
    """
    line = " ".join(text.split())
    signs, table = (_UP_SIGNS, _UP) if raised else (_DOWN_SIGNS, _DOWN)
    if signs.fullmatch(line):
        return line.translate(table)
    if not line or not line[0].isalnum() or (raised and len(line) > 1 and line.isalpha()):
        return text
    return ("^" if raised else "_") + line
