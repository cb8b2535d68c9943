"""Make paragraphs in texts of WordPress's classic editor, which has only empty lines for them."""

import re

# Parts that are kept unchanged: for each name, the pattern of its end.
_KEPT = re.compile(r"<(?:(pre|script|style|textarea)\b|(!--))", re.IGNORECASE)
_ENDS = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE)
    for name in ("pre", "script", "style", "textarea")
} | {"!--": re.compile("-->")}
_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<name>[a-z][a-z0-9:-]*)(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*>"
    r"|(?P<text>[^<]+|<)",
    re.IGNORECASE,
)
# Elements of text, in which a line end is a break.
_LINES = "p h1 h2 h3 h4 h5 h6 li dt dd td th caption figcaption summary legend address"
# Elements in which a line end directly inside has no meaning.
_LISTS = "ul ol dl table thead tbody tfoot tr colgroup col select object video audio svg form"
# Elements that contain paragraphs.
_BOXES = (
    "div section article aside header footer main nav blockquote figure details center fieldset"
)
LINES, LISTS = frozenset(_LINES.split()), frozenset(_LISTS.split())
BLOCK = LINES | LISTS | frozenset(_BOXES.split()) | {"hr"}
_VOID = frozenset({"hr", "col"})


def with_paragraphs(html: str) -> str:
    """Return HTML with text between empty lines as paragraphs, and line ends as breaks."""
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    writer, here = _Writer(), 0
    unended = set[str]()
    while here < len(html):
        if kept := _kept(html, here, unended):
            write = writer.inline if kept.startswith("<!--") else writer.block
            write(kept)
            here += len(kept)
            continue
        found = _TOKEN.match(html, here)
        assert found is not None  # one alternative of the pattern is any character
        here = found.end()
        if found["text"]:
            writer.text(found["text"])
        elif found["name"].lower() in BLOCK:
            writer.tag(found[0], found["name"].lower(), bool(found["end"]))
        else:
            writer.inline(found[0])
    return writer.html()


def _kept(html: str, here: int, unended: set[str]) -> str:
    """Return the part that begins here and is kept unchanged, or empty.

    Args:
        unended: the names without an end further on, so that each is searched for only once.
    """
    found = _KEPT.match(html, here)
    name = (found[1] or found[2]).lower() if found else ""
    if not found or name in unended:
        return ""
    end = _ENDS[name].search(html, found.end())
    if end is None:
        unended.add(name)
        return ""
    return html[here : end.end()]


class _Writer:
    def __init__(self) -> None:
        self._done: list[str] = []
        self._paragraph: list[str] = []
        # The open elements of `LINES` and `LISTS`.
        self._within: list[str] = []

    def html(self) -> str:
        self._flush()
        return "".join(self._done)

    def text(self, text: str) -> None:
        if not self._within:
            first, *others = re.split(r"\n[ \t]*\n\s*", text)
            self._paragraph.append(first)
            for other in others:
                self._flush()
                self._paragraph.append(other)
        elif self._within[-1] in LINES:
            self._paragraph.append(text)
        else:
            self._done.append(text)

    def inline(self, markup: str) -> None:
        self._paragraph.append(markup)

    def block(self, markup: str) -> None:
        self._flush()
        self._done.append(markup)

    def tag(self, markup: str, name: str, ends: bool) -> None:
        self._flush()
        self._done.append(markup)
        if name in _VOID or name not in LINES | LISTS:
            return
        if not ends:
            self._within.append(name)
        elif name in self._within:
            while self._within.pop() != name:
                pass  # this also ends elements without an end tag

    def _flush(self) -> None:
        inside, self._paragraph = "".join(self._paragraph).strip("\n\t "), []
        if not inside:
            return
        if self._within and self._within[-1] not in LINES:
            self._done.append(inside)
            return
        lines = re.sub(r"(<br\s*/?>)?[ \t]*\n\s*", "<br>\n", inside)
        self._done.append(lines if self._within else f"<p>{lines}</p>\n")
