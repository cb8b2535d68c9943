"""Plain text from WordPress's fields."""

from stoppress.newsroom.body.body import TooCostly, from_html
from stoppress.newsroom.body.tree import Tree
from stoppress.newsroom.letters import whole_letters
from stoppress.newsroom.publishing.text_checks import REORDERING, UNSTORABLE, is_visible
from stoppress.newsroom.running_text import lines

MOST = 100_000  # characters of a field's HTML


def plain(html: str) -> str:
    """Return the text of a short piece of HTML, on one line."""
    if "<" not in html and "&" not in html:
        return one_line(html)
    try:
        return text_of(from_html(html[:MOST]).tree)
    except TooCostly:
        return one_line(html)


def text_of(tree: Tree) -> str:
    """Return the text of a body's tree, on one line."""
    return one_line(" ".join(lines(tree)))


def one_line(text: str) -> str:
    """Return text on one line, without characters that fields refuse; empty if none is visible."""
    line = " ".join(REORDERING.sub("", UNSTORABLE.sub(" ", text)).split())
    return line if any(map(is_visible, line)) else ""


def clip(text: str, limit: int) -> str:
    """Return a line of limited length, cut after a word and with an ellipsis if it is longer."""
    if len(text) <= limit:
        return text
    head = whole_letters(text, limit - 1)
    words = head.rpartition(" ")[0]
    return f"{words if len(words) > limit // 2 else head}…"
