"""Turns the HTML that Word, Google Docs and LibreOffice put on the clipboard into plain HTML.

    <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>
    <span style='mso-list:Ignore'>3.<span>&nbsp; </span></span>Adopted</p>

becomes `<ol><li value="3">Adopted</li></ol>`. Fonts and colours are dropped later, because a body
has none. Comments, and deletions with tracked changes, are left out with a warning.
"""

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from stoppress.newsroom.phrase import Phrase, marked

from .elements import VOID
from .excerpt import MOST, excerpt, quoted
from .list_marker import LETTERS, Marker, marker_of
from .styles import properties
from .symbols import signs, symbol_font
from .word_elements import HEADINGS, heading_of, level_of, link_of
from .word_marks import is_google, tags_of, tracks

# Attributes by which these programs mark the meaning of an element.
ATTRIBUTES = {
    *("class", "role", "style", "id", "start"),
    *("aria-level", "aria-checked", "aria-roledescription"),
    *("data-aria-level", "data-aria-posinset"),
}
# Word writes a second break for browsers that do not know its own kind of break.
_SECOND_BREAK = re.compile(
    r"<!(?:--)?\[if !supportLineBreakNewLine\](?:--)?>[^\[\]]{0,200}<!(?:--)?\[endif\](?:--)?>",
    re.IGNORECASE | re.DOTALL,
)
_WEIGHT = re.compile(r"\bfont-weight\s*:[^;]*", re.IGNORECASE)
_BLOCKS = HEADINGS | {"p", "div", "ul", "ol", "table", "blockquote", "pre", "hr", "dl", "figure"}
_SPACES = ("mso-spacerun", "mso-tab-count")
_IN_SIGNS = "in "
_ANCHOR = re.compile(r"\[\w{0,9}[0-9]+\]")  # the sign of a comment in the text

_COMMENT = marked("A comment was left out: %(words)s.")
_DELETED = marked("Text that was deleted with tracked changes was left out: %(words)s.")
_SIGNS = marked("Symbols of the font %(font)s are shown as letters: %(words)s.")
_PICTURE = marked(
    "A picture of the pasted document was left out%(said)s. Upload the picture itself instead."
)


def without_second_breaks(html: str) -> str:
    return _SECOND_BREAK.sub("", html)


def plain(cleaned: str, written: str) -> tuple[str, list[Phrase]]:
    """Return plain HTML, and a warning for each part that was left out.

    Args:
        cleaned: well-formed HTML, with the attributes of `ATTRIBUTES`.
        written: the HTML before cleaning, by which the program is recognised.
    """
    tags = tags_of(written)
    reader = _Reader(tracks=tracks(tags), is_google=is_google(tags))
    reader.feed(cleaned)
    reader.close()
    return reader.finish(), reader.warnings


@dataclass
class _Item:
    """A list item that is being read: its level, and the place of its tags in the output."""

    level: int
    at: int
    marker: str = ""
    list_: str = ""  # `ul` or `ol` if the item is a `li`
    is_empty: bool = True  # so far; only an empty item may get a marker
    number: int | None = None


class _Reader(HTMLParser):
    """Reads well-formed HTML, and writes plain HTML."""

    def __init__(self, tracks: bool, is_google: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.tracks, self.is_google = tracks, is_google
        self.out: list[str] = []
        self.warnings: list[Phrase] = []
        # For each open tag: its kind, and its end tag in the output.
        self.open: list[tuple[str, str]] = []
        self.written = 0  # how many of them are in the output
        self.skipped: str | None = None  # the warning about the part being left out; may be empty
        self.depth = 0
        self.inside: list[str] = []
        self.anchors: list[str] = []
        self.item: _Item | None = None
        self.lists: list[tuple[int, str]] = []  # level and tag of each open list
        self.around = 0  # `written` when the first of them began
        self.headings = 0
        self.box = ""  # to be written before the next text

    # -- the input -------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        void = tag in VOID or tag in {"source", "input", "embed", "area"}
        if self.skipped is not None:
            self.depth += not void
            if tag in _BLOCKS:
                self.inside.append(" ")
            return
        said = properties(values.get("style", ""))
        classes = set(values.get("class", "").split())
        if void:
            self.put(tag, values)
        elif (left_out := self.left_out(tag, said, classes)) is not None:
            self.skipped, self.depth, self.inside = left_out, 1, []
        else:
            self.begin(tag, values, said, classes)

    def handle_endtag(self, tag: str) -> None:
        if self.skipped is not None:
            self.depth -= 1
            if not self.depth:
                self.tell(self.skipped)
                self.skipped = None
            return
        if not self.open:
            return
        kind, end = self.open.pop()
        if kind == "item":
            self.end_item()
        elif kind == "heading":
            self.headings -= 1
        if end:
            self.written -= 1
            if self.lists and self.item is None and self.written < self.around:
                self.close_lists()
        self.out.append(end)

    def handle_data(self, data: str) -> None:
        kind = self.open[-1][0] if self.open else ""
        if self.skipped is not None:
            self.inside.append(data)
        elif any(each == "marker" for each, _ in self.open) and self.item is not None:
            self.item.marker += data
        elif kind in {"space", "nothing"} and not data.strip():
            self.out.append(" " if kind == "space" else "")
        else:
            data = self.as_signs(data)
            if self.lists and self.item is None and self.is_beside():
                if not data.strip():
                    return
                self.close_lists()
            if data.strip():
                if self.item is not None:
                    self.item.is_empty = False
                data, self.box = self.box + data.lstrip() if self.box else data, ""
            self.out.append(escape(data))

    def as_signs(self, data: str) -> str:
        """Return a text with the symbols that a symbol font shows, if it is in such a font."""
        fonts = (kind for kind, _ in reversed(self.open) if kind.startswith(_IN_SIGNS))
        if not (font := next(fonts, "").removeprefix(_IN_SIGNS)):
            return data
        shown, unknown = signs(data, font)
        said = Phrase(_SIGNS, font=font.title(), words=excerpt(unknown))
        if unknown and said not in self.warnings:
            self.warnings.append(said)
        return shown

    # -- parts that are left out -----------------------------------------------------------

    def left_out(self, tag: str, said: dict[str, str], classes: set[str]) -> str | None:
        """Return the warning about an element that is left out; None for any other."""
        if said.get("mso-element") in {"comment-list", "comment"} or "msocomtxt" in classes:
            return _COMMENT
        if "msocomanchor" in classes or "MsoCommentReference" in classes:
            return ""
        if (tag == "del" and self.tracks) or "msoDel" in classes:
            return _DELETED
        return None

    def tell(self, warning: str) -> None:
        words = " ".join("".join(self.inside)[: 4 * MOST].split())
        if not words:
            return
        if not warning and _ANCHOR.fullmatch(words):
            self.anchors.append(words)
        elif (phrase := Phrase(warning or _COMMENT, words=excerpt(words))) not in self.warnings:
            self.warnings.append(phrase)

    # -- the elements ----------------------------------------------------------------------

    def put(self, tag: str, values: dict[str, str]) -> None:
        """Write an element without content."""
        if tag == "img":
            if values.get("aria-roledescription") == "checkbox":
                return  # the list item itself has the mark for a ticked box
            if self.is_google and "googleusercontent.com/" in values.get("src", ""):
                phrase = Phrase(_PICTURE, said=quoted(values.get("alt", "")))
                if phrase not in self.warnings:
                    self.warnings.append(phrase)
                return
        if tag in _BLOCKS:
            self.leave_lists()
        self.out.append(_tag(tag, values))

    def begin(
        self, tag: str, values: dict[str, str], said: dict[str, str], classes: set[str]
    ) -> None:
        level = level_of(tag, values, said)
        if said.get("mso-list") == "ignore" and self.item is not None and self.item.is_empty:
            self.enter("marker")
        elif level and self.item is None:
            self.begin_item(level, tag, values)
        elif tag == "p" and self.lists and any("MsoListParagraph" in each for each in classes):
            self.enter("paragraph", tag, {})  # one more paragraph of the item before
        elif any("ListStyle" in each or "ListContainer" in each for each in classes):
            self.enter(tag)  # around a single item, which has its own level
        elif heading := heading_of(tag, values, classes):
            self.leave_lists()
            self.headings += 1
            self.enter("heading", heading, values)
        elif tag in {"b", "strong"} and self.headings:
            self.enter("")
        elif tag == "span" and ("EOP" in classes or any(name in said for name in _SPACES)):
            self.enter("nothing" if "EOP" in classes else "space", tag, {})
        elif tag == "span" and (font := symbol_font(said)):
            self.enter(_IN_SIGNS + font, tag, values)
        else:
            self.begin_other(tag, values)

    def begin_other(self, tag: str, values: dict[str, str]) -> None:
        if tag in _BLOCKS:
            self.leave_lists()
        if self.headings and "style" in values:
            values["style"] = _WEIGHT.sub("", values["style"])
        if tag == "a":
            values = link_of(values, self.tracks or self.is_google)
        self.enter(tag, tag, values)
        if values.get("role") == "checkbox":
            self.box = "☑ " if values.get("aria-checked") == "true" else "☐ "

    def enter(self, kind: str, tag: str = "", values: dict[str, str] | None = None) -> None:
        """Open an element; without a tag, only its content is written."""
        self.open.append((kind, f"</{tag}>" if tag else ""))
        if tag:
            self.written += 1
            self.out.append(_tag(tag, values or {}))

    # -- lists -----------------------------------------------------------------------------

    def begin_item(self, level: int, tag: str, values: dict[str, str]) -> None:
        self.item = _Item(level, len(self.out))
        self.out.append("")
        if tag == "li":
            self.item.is_empty = False  # the browser draws its marker, which is no text
            self.item.list_ = next(
                (kind for kind, _ in reversed(self.open) if kind in {"ul", "ol"}), "ul"
            )
            number = values.get("data-aria-posinset", "")
            self.item.number = int(number) if re.fullmatch("[0-9]{1,9}", number) else None
        self.enter("item")

    def end_item(self) -> None:
        item, self.item = self.item, None
        assert item is not None
        if item.list_:
            marker = Marker(item.list_, item.number if item.list_ == "ol" else None)
        elif item.marker.strip() or not self.lists:
            marker = marker_of(item.marker)
        else:
            marker = Marker(self.lists[-1][1])
        if marker.warning and (marker.warning != LETTERS or LETTERS not in self.warnings):
            self.warnings.append(marker.warning)
        number = "" if marker.number is None else f' value="{marker.number}"'
        self.out[item.at] = f"{self.up_to(item.level, marker.list_)}<li{number}>{marker.text}"

    def up_to(self, level: int, list_: str) -> str:
        """Return the tags that end the items before, and begin a list if none is open."""
        if not self.lists:
            self.around = self.written
        made = ""
        while self.lists and self.lists[-1][0] > level:
            made += f"</li></{self.lists.pop()[1]}>"
        if self.lists and self.lists[-1][0] == level:
            made += "</li>"
            if self.lists[-1][1] == list_:
                return made
            made += f"</{self.lists.pop()[1]}>"
        self.lists.append((level, list_))
        return f"{made}<{list_}>"

    def is_beside(self) -> bool:
        """Return whether the next content is outside the open lists."""
        return self.written <= self.around

    def leave_lists(self) -> None:
        if self.lists and self.item is None and self.is_beside():
            self.close_lists()

    def close_lists(self) -> None:
        self.out += [f"</li></{tag}>" for _, tag in reversed(self.lists)]
        self.lists = []

    def finish(self) -> str:
        self.close_lists()
        if self.anchors and not any(each.text == _COMMENT for each in self.warnings):
            words = excerpt(" ".join(self.anchors))
            self.warnings.append(Phrase(_COMMENT, words=words))
        return "".join(self.out)


def _tag(name: str, values: dict[str, str]) -> str:
    said = "".join(f' {key}="{escape(value)}"' for key, value in values.items())
    return f"<{name}{said}>"
