"""The opening of a text, for search results and link previews of articles without a summary."""

from .body.tree import Tree
from .letters import whole_letters
from .running_text import BLOCK, texts

OPENING_CHARS = 200
# Enough text to find that many characters, even with much space between them.
LOOKED_AT = 10 * OPENING_CHARS

# Struck text is withdrawn; code, tables and headings make no sense in a line of running text.
LEFT_OUT = frozenset({"s", "pre", "table", "figure", "h2", "h3"})


def opening(tree: Tree) -> str:
    """Return the beginning of a text as one line, cut after a word; empty if there is no text."""
    text = ""
    for part in texts(["root", *tree], LEFT_OUT):
        text += part
        if len(text) > LOOKED_AT:
            break
    return cut(" ".join(text.replace(BLOCK, " ").split()))


def cut(line: str) -> str:
    """Return the beginning of a line, cut to the length of an opening."""
    if len(line) <= OPENING_CHARS:
        return line
    begun = line[: OPENING_CHARS + 1].rpartition(" ")[0]
    # Scripts without spaces are cut between two letters.
    long = len(begun) > OPENING_CHARS // 2
    return f"{begun if long else whole_letters(line, OPENING_CHARS - 1)}…"
