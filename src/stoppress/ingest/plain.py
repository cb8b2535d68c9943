"""Write the parsed HTML of a publisher as text; raised and lowered numbers stay distinct."""

from stoppress.newsroom.body.elements import ENDS, INLINES, MAPPED, RAISED
from stoppress.newsroom.small_type import small_type

_MEANT = {name for name, meant in MAPPED.items() if meant in INLINES}
_WITHIN_WORDS = {*INLINES, *_MEANT, *ENDS, "img"}
_STRUCK = frozenset({"s", "del", "strike"})


class Plain:
    """A sink for parsed elements and text; it keeps the text that is not struck out."""

    def __init__(self) -> None:
        # The text so far, then the text of each open raised or lowered part.
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
