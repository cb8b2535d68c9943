"""Builds a tree of the closed set of elements from any HTML.

`reading` turns the HTML into elements. The builder then nests blocks and inlines correctly:

- A container (the root, blockquote, li, td, figure …) holds blocks; loose text becomes a paragraph.
- A block (p, h2, h3, pre) holds only inlines; a container that begins inside a block ends it.
- An inline that is cut by the end of a block continues in the next block.
"""

from typing import Any

from stoppress.newsroom.phrase import Phrase

from .attributes import INVISIBLE, kept, number
from .cards import embed, has_still, only_link
from .elements import (
    BLOCKS,
    CELLS,
    CONTAINERS,
    ENDS,
    INLINES,
    LISTS,
    MAPPED,
    RAISED,
    ROWS,
    TABLE,
    VOID,
)
from .embeds import alone
from .empty_links import without_empty_links
from .excerpt import excerpt
from .lists import counted
from .nodes import says_something, tighten, trim
from .posts import post_address, quoted
from .reading import read
from .tables import cells, content, has_page, in_order, lays_out, plain_content

Tree = list[list[Any]]

MAX_DEPTH = 50
MAX_RAISED = 4
# Inside the containers there may be one block, each inline once, superscript and subscript
# MAX_RAISED times, and a picture or a break.
MAX_CONTAINERS = MAX_DEPTH - 1 - len(INLINES - RAISED) - MAX_RAISED - 1
# The parents that a table's parts need. Elsewhere the part is dropped and its text is kept.
_WITHIN = {
    "tr": ROWS,
    **dict.fromkeys(ROWS, frozenset({"table"})),
    **dict.fromkeys(CELLS, frozenset({"tr"})),
}
_TABLE_DEPTH = 4


def build(html: str) -> tuple[Tree, list[Phrase]]:
    """Return any HTML as a tree, and a warning for each part left out.

    Raises:
        TooCostly: unclosed elements would be reopened too often.
    """
    builder = _Builder()
    left_out = read(html, builder, own_pictures=True)
    return builder.finish(), [*left_out, *builder.warnings]


class _Builder:
    """A sink that builds a tree from the elements and texts that it receives."""

    def __init__(self) -> None:
        self.root: list[Any] = ["root"]
        self.containers: list[list[Any]] = [self.root]
        self.attributes: list[dict[str, str]] = [{}]  # the attributes of each container
        self.counts: dict[int, int] = {}  # the written number of an item, by the item's `id()`
        self.feet: set[int] = set()  # the `id()` of each part of a table that was written as a foot
        self.block: list[Any] | None = None
        # The inlines that are open in the input, and their nodes in the present block. A node is
        # made when it gets content, so that no block has empty ones.
        self.wanted: list[tuple[str, dict[str, str]]] = []
        self.spine: list[list[Any]] = []
        # For each inline that is ended for the text within: its index, and the open inlines before.
        self.around: list[tuple[int, list[tuple[str, dict[str, str]]]]] = []
        # For each open tag of the input: the elements that it opened, and its end tag will close.
        self.undo: list[str] = []
        self.warnings: list[Phrase] = []
        # For each link that replaces a frame, by the `id()` of its attributes: these attributes,
        # the frame's own address, and its size.
        self.frames: dict[int, tuple[dict[str, str], str, str, str]] = {}

    # -- the input -------------------------------------------------------------------------

    def start(self, tag: str, values: dict[str, str]) -> None:
        name = MAPPED.get(tag, tag)
        if name in VOID:
            self.put_void(name, values)
            return
        self.undo.append(self.open(name, values if tag != "tfoot" else {"foot": ""}))

    def end(self, name: str) -> None:
        opened = self.undo.pop()
        if opened == "inline":
            self.wanted.pop()
            del self.spine[len(self.wanted) :]
        elif opened == "ended":
            at, self.wanted = self.around.pop()
            del self.spine[at:]
        elif opened == "block":
            self.end_block()
        elif opened == "container":
            self.end_block()
            self.end_container()

    def text(self, data: str) -> None:
        if data.strip() or self.block is not None:
            self.append(INVISIBLE.sub("\ufffd", data))

    # -- the tree --------------------------------------------------------------------------

    def open(self, name: str, values: dict[str, str]) -> str:
        """Begin an element; return the elements that were opened."""
        if name in INLINES:
            return self.open_inline(name, values)
        if name in ENDS:
            return self.end_within(ENDS[name])
        if self.block is not None and self.block[0] in {"h2", "h3", "pre"}:
            # A block inside a heading or preformatted text does not end it.
            if len(self.block) > 1:
                self.append("\n" if self.block[0] == "pre" else " ")
            return ""
        self.end_block()
        if name in BLOCKS:
            self.block = [name]
            return "block"
        if name not in CONTAINERS or not self.may_hold(name):
            return "block"
        self.containers.append([name])
        self.attributes.append(values)
        return "container"

    def may_hold(self, name: str) -> bool:
        """Return whether a container may be opened here; else only its content is kept."""
        here: str = self.containers[-1][0]
        if name == "li":
            return here in LISTS
        if name in _WITHIN:
            return here in _WITHIN[name]
        if name == "figcaption" and here != "figure":
            return False
        # A list's child that is not an item gets an item, see `place`.
        names: list[str] = [*(node[0] for node in self.containers), name]
        given = sum(a in LISTS and b != "li" for a, b in zip(names, names[1:], strict=False))
        room = _TABLE_DEPTH - 1 if name == "table" else name in LISTS
        return len(names) - 1 + given + room <= MAX_CONTAINERS

    def open_inline(self, name: str, values: dict[str, str]) -> str:
        if name in RAISED:
            if sum(other in RAISED for other, _ in self.wanted) >= MAX_RAISED:
                self.append("^" if name == "sup" else "_")
                return ""
        elif any(name == other for other, _ in self.wanted):
            return ""
        attributes = kept(name, values)
        if name == "a" and not attributes:
            return ""
        if values.get("source"):
            sizes = values.get("width", ""), values.get("height", "")
            self.frames[id(attributes)] = attributes, values["source"], *sizes
        self.wanted.append((name, attributes))
        return "inline"

    def end_within(self, name: str) -> str:
        """End an inline until the tag that ends it is closed."""
        at = next((i for i, (other, _) in enumerate(self.wanted) if other == name), None)
        if at is None:
            return ""
        self.around.append((at, self.wanted))
        self.wanted = self.wanted[:at] + self.wanted[at + 1 :]
        del self.spine[at:]
        return "ended"

    def put_void(self, name: str, values: dict[str, str]) -> None:
        if name == "hr":
            if self.block is None or self.block[0] == "p":
                self.end_block()
                self.place(["hr"])
            return
        node: list[Any] = [name]
        if name == "img":
            attributes = kept(name, values)
            if not attributes:
                return
            node.append(attributes)
        self.append(node)

    def append(self, child: str | list[Any]) -> None:
        """Add a text or an inline to the open block, or to a new paragraph if there is none."""
        block = self.block = self.block or ["p"]
        parent = self.spine[-1] if self.spine else block
        for name, attributes in self.wanted[len(self.spine) :]:
            node: list[Any] = [name, attributes] if attributes else [name]
            parent.append(node)
            self.spine.append(node)
            parent = node
        if isinstance(child, str) and isinstance(parent[-1], str) and len(parent) > 1:
            parent[-1] += child
        else:
            parent.append(child)

    def end_block(self) -> None:
        """Put the open block into its container, unless it is empty."""
        block, self.block = self.block, None
        self.spine.clear()
        if block is None:
            return
        block[1:] = without_empty_links(block[1:], self.warnings)
        # An HTML parser drops a newline right after <pre>, and createElement does not.
        trim(block, 1, "\n" if block[0] == "pre" else " \t\n")
        if block[0] != "pre":
            trim(block, -1, " \t\n")
        if len(block) == 2 and block[0] == "p" and isinstance(block[1], str):
            address = alone(block[1])
            block[1:] = [["a", {"href": address}, address]] if address else block[1:]
        if says_something(block):
            self.place(block)

    def place(self, node: list[Any]) -> None:
        """Put a finished node into the open container; in a list it gets an item.

        A list among the items belongs to the item before it, as Google Docs writes a nested list. A
        node inside a table and outside its cells, such as the caption, goes before the table.
        """
        here = self.containers[-1]
        if here[0] in TABLE - CELLS and here[0] not in _WITHIN.get(node[0], ()):
            here = next(other for other in reversed(self.containers) if not _in_table(other))
        if here[0] in LISTS and node[0] in LISTS and len(here) > 1:
            here = here[-1]
        elif here[0] in LISTS and node[0] != "li":
            node = ["li", node]
            tighten(node)
        here.append(node if here[0] == "li" else self.embedded(node))

    def embedded(self, node: list[Any]) -> list[Any]:
        """Return an embed for a paragraph that is only a link to one, outside of tables."""
        link = only_link(node)
        if link is None or any(container[0] in CELLS for container in self.containers):
            return node
        address, title = link
        _, source, *size = self.frames.get(id(node[1][1]), ({}, address))
        if (made := embed(source, title, *size)) is not None and has_still(node):
            # A browser would load it from the provider before the reader presses the button.
            self.warnings.append(
                Phrase(
                    "The picture in the link %(address)s was left out: the video itself is shown.",
                    address=excerpt(made[1]["url"]),
                )
            )
        return made or node

    def end_container(self) -> None:
        """Put the open container into the one around it, unless it is empty."""
        node, values = self.containers.pop(), self.attributes.pop()
        name = node[0]
        if name in {"li", "figcaption", "figure", *CELLS}:
            tighten(node)
        if name == "li":
            # An item that is only a link stays a link: readers scan a list of links.
            node[1:] = [self.embedded(child) for child in node[1:]]
        if name == "blockquote" and (address := post_address(values, node)):
            self.place_post(node, address)
            return
        if name == "li" and (count := number(values.get("value"))) is not None:
            self.counts[id(node)] = count
        if name in CELLS and (attributes := kept(name, values)):
            node.insert(1, attributes)
        if name == "table":
            node[1:] = in_order(node[1:], self.feet)
        if "foot" in values and len(node) > 1:
            self.feet.add(id(node))
        if name == "ol":
            self.place_numbered(node, values)
        elif name == "table" and lays_out(node):
            for cell in cells(node):
                for block in content(cell):
                    self.place(self.out_of_table(block))
        elif name == "table":
            for cell in filter(has_page, cells(node)):
                spans = cell[1:2] if isinstance(cell[1], dict) else []
                made = [cell[0], *plain_content(cell)]
                tighten(made)
                cell[1:] = [*spans, *made[1:]]
            self.place(node)
        elif len(node) > 1 or name == "li" or name in CELLS:
            self.place(node)

    def out_of_table(self, node: list[Any]) -> list[Any]:
        """Return a block of a removed cell, with links in its containers as embeds."""
        if node[0] not in CONTAINERS - TABLE:
            return node
        children = (self.out_of_table(c) if isinstance(c, list) else c for c in node[1:])
        return [node[0], *(self.embedded(c) if isinstance(c, list) else c for c in children)]

    def place_post(self, quotation: list[Any], address: str) -> None:
        """Place a quotation of a post, then the embed of the post."""
        rest, title = quoted(quotation, address)
        if len(rest) > 1:
            self.place(rest)
        self.place(["p", ["a", {"href": address}, title or address]])

    def place_numbered(self, node: list[Any], values: dict[str, str]) -> None:
        start = number(values.get("start"))
        for numbered in counted(node[1:], start, self.counts, "reversed" in values):
            self.place(numbered)

    def finish(self) -> Tree:
        self.end_block()
        while len(self.containers) > 1:
            self.end_container()
        return self.root[1:]


def _in_table(node: list[Any]) -> bool:
    return node[0] in TABLE - CELLS
