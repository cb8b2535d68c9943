"""Find elements that a browser's parser moves to another place."""

from collections.abc import Sequence
from html.parser import HTMLParser

from turbohtml import Element, parse_fragment

from .markup import VOID


def what_moves(html: str, around: Sequence[str]) -> str:
    """Return a sentence about the first element that a browser moves; empty if there is none.

    Args:
        around: the elements around the fragment, the outermost first.
    """
    written = _Written()
    written.feed(html)
    fragment = parse_fragment(html, around[-1] if around else "div")
    for element in fragment.descendants:
        if not isinstance(element, Element) or element.source_line is None:
            continue
        place = element.source_line, element.source_col
        parent = element.parent
        stands = parent.tag if isinstance(parent, Element) and parent is not fragment else None
        meant = written.parents.get(place, stands)
        if meant != stands:
            return (
                f" <{element.tag}> in line {place[0]} is written {_place(meant)}, and a browser "
                f"puts it {_place(stands)}: HTML allows it only there."
            )
    return ""


def _place(parent: str | None) -> str:
    return f"within <{parent}>" if parent else "at the top"


class _Written(HTMLParser):
    """Records the parent of each element as written, by line and column."""

    def __init__(self) -> None:
        super().__init__()
        self.parents: dict[tuple[int, int | None], str | None] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.parents[self.getpos()] = self._open[-1] if self._open else None
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.parents[self.getpos()] = self._open[-1] if self._open else None

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
