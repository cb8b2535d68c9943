"""Questions to the editor about parts of a text that are missing for readers with a screen reader.

They are questions, not errors: only the editor knows whether a picture is decorative.
"""

import re
from collections.abc import Container, Iterator
from typing import Any

from stoppress.newsroom.phrase import Phrase

from .address import picture_number
from .excerpt import excerpt
from .nodes import children_of
from .tree import Tree

Node = list[Any]
MOST = 5
SAID = 40
# A paragraph that is used as a heading is short, and has no punctuation at its end.
_LONGEST_HEADING = 80
_ENDS = re.compile(r"[.!?…:;,—–-][\"'”’»)]*$")
_EMPTY_WORDS = """
here, click here, click, this, this link, link, this page, more, read more, learn more, see here,
see more, hier, hier klicken, klicken sie hier, klick hier, dieser link, diese seite, mehr,
mehr lesen, weiterlesen, mehr dazu, siehe hier, details
"""
_SAYS_NOTHING = frozenset(" ".join(_EMPTY_WORDS.split()).split(", "))
_FILE = re.compile(r"[^\s/]+\.(?:avif|gif|heic|jpe?g|png|svg|tiff?|webp)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{30,}")


def questions(tree: Tree, described: Container[str] = frozenset()) -> list[Phrase]:
    """Return the first five questions to the editor about a text.

    Args:
        described: the addresses of pictures whose alternative text is stored with the picture.
    """
    asked = [
        *_of_pictures(tree, described),
        *_of_headings(tree),
        *_of_links(tree),
        *_of_tables(tree),
    ]
    return list(dict.fromkeys(asked))[:MOST]


def picture_without_words(name: str) -> Phrase:
    """Return the question about a picture without an alternative text."""
    return Phrase("What does the picture %(name)s show? It has no alternative text.", name=name)


def _of_pictures(tree: Tree, described: Container[str]) -> Iterator[Phrase]:
    for node in _within(tree, "img"):
        values = node[1] if len(node) > 1 else {}
        source, alt = values.get("src", ""), values.get("alt", "").strip()
        if _FILE.fullmatch(alt):
            yield Phrase(
                "What does the picture %(name)s show? Its alternative text is the name of a file.",
                name=excerpt(alt, SAID),
            )
        elif not alt and source not in described:
            if number := picture_number(source):
                yield Phrase(
                    "What does picture %(number)d show? It has no alternative text.", number=number
                )
            else:
                yield picture_without_words(excerpt(_file_name(source), SAID))


def _of_headings(tree: Tree) -> Iterator[Phrase]:
    is_below = False
    for at, node in enumerate(tree):
        if node[0] == "h2":
            is_below = True
        elif node[0] == "h3" and not is_below:
            is_below = True
            yield Phrase(
                "Should %(words)s be a heading instead of a subheading? No heading comes before"
                " it.",
                words=_said(node),
            )
        elif _looks_like_heading(node) and _is_plain_paragraph(tree[at + 1 : at + 2]):
            yield Phrase("Is %(words)s a heading? It is a paragraph in bold.", words=_said(node))


def _looks_like_heading(node: Node) -> bool:
    """Return whether a paragraph is completely bold, short, and no sentence.

    A bold dateline does not count, because normal text follows in the same paragraph.
    """
    match node:
        case ["p", ["strong", *inside]]:
            words = " ".join(_text(["strong", *inside]).split())
            return bool(words) and len(words) <= _LONGEST_HEADING and not _ENDS.search(words)
    return False


def _is_plain_paragraph(following: list[Node]) -> bool:
    return bool(following) and following[0][0] == "p" and not _looks_like_heading(following[0])


def _of_links(tree: Tree) -> Iterator[Phrase]:
    for node in _within(tree, "a"):
        words = " ".join(_text(node).split())
        if words.strip(" .…:»>→").lower() in _SAYS_NOTHING or _ADDRESS.fullmatch(words):
            yield Phrase(
                "Where does the link %(words)s lead? Its text does not say.",
                words=excerpt(words, SAID),
            )


def _of_tables(tree: Tree) -> Iterator[Phrase]:
    for node in _within(tree, "table"):
        if not list(_within([node], "th")):
            yield Phrase(
                "Which row or column of the table %(words)s has its headings? No cell is marked as"
                " one.",
                words=_said(node),
            )


def _within(nodes: list[Any], name: str) -> Iterator[Node]:
    """Yield the elements with a name, in the order of the text."""
    for node in nodes:
        if isinstance(node, list):
            if node[0] == name:
                yield node
            yield from _within(children_of(node), name)


def _text(node: object) -> str:
    if isinstance(node, str):
        return node
    if not isinstance(node, list):
        return ""
    space = " " if node[0] in {"td", "th", "li", "p", "br"} else ""
    return "".join(map(_text, children_of(node))) + space


def _said(node: Node) -> Phrase:
    return excerpt(_text(node), SAID)


def _file_name(address: str) -> str:
    path = address.partition("?")[0].partition("#")[0].rstrip("/")
    return path.rpartition("/")[2] or address
