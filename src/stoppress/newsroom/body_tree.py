"""Build a tree of the closed set of elements from any HTML.

nh3 takes out what is dangerous and leaves well-formed HTML of the tags named here; the builder
then only has to bring blocks and inlines into their order:

- a container (the root, blockquote, li, figure …) holds blocks; loose text becomes a paragraph;
- a block (p, h2, h3, pre) holds inlines only; a container that begins inside one ends it;
- an inline that a block's end cuts goes on in the next block.
"""

import re
from html.parser import HTMLParser
from typing import Any

import nh3

from .body_limits import MAX_HTML, TooCostly

Tree = list[list[Any]]

VOID = frozenset({"br", "hr", "img"})
BLOCKS = frozenset({"p", "h2", "h3", "pre"})
CONTAINERS = frozenset({"ul", "ol", "li", "blockquote", "figure", "figcaption"})
INLINES = frozenset({"a", "em", "strong", "code"})
ELEMENTS = VOID | BLOCKS | CONTAINERS | INLINES
ATTRIBUTES = {"a": ("href",), "img": ("src", "alt", "width", "height")}

MAPPED = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
# Their text goes on, in a paragraph of its own.
_WRAPPERS = """
    address article aside caption center dd details div dl dt fieldset footer form header hgroup
    main nav section summary table tbody tfoot thead tr
"""
CELLS = frozenset({"td", "th"})
CELL_GAP = " · "
# Their text goes, too: it is code, or was not meant to be read in place.
_CONTENT_TAKEN_OUT = """
    audio button canvas iframe math noembed noframes noscript object script select style svg
    template textarea title video
"""

LISTS = frozenset({"ul", "ol"})

MAX_DEPTH = 50
# Within the containers come one block, each inline once, and a picture or a break.
MAX_CONTAINERS = MAX_DEPTH - 1 - len(INLINES) - 1
MAX_ADDRESS = 2048

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPACE_OR_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SCHEME = re.compile(r"([^/?#:]*):")
_PIXELS = re.compile(r"[1-9][0-9]{0,4}")

_cleaner = nh3.Cleaner(
    tags={*ELEMENTS, *MAPPED, *_WRAPPERS.split(), *CELLS},
    clean_content_tags=set(_CONTENT_TAKEN_OUT.split()),
    attributes={name: set(names) for name, names in ATTRIBUTES.items()},
    url_schemes={"http", "https"},
    link_rel=None,
)


def build(html: str) -> Tree:
    """Return any HTML as a tree.

    Raises:
        TooCostly: what is left open in it is opened again too often.
    """
    builder = _Builder()
    cleaned = _cleaner.clean(_INVISIBLE.sub("\ufffd", html.replace("\x0c", " ")))
    if len(cleaned) > MAX_HTML:
        raise TooCostly("is too large as HTML.")
    builder.feed(cleaned)
    builder.close()
    return builder.finish()


def safe_address(address: str) -> str | None:
    """Return an address of http, https or a relative one; None for any other."""
    address = address.strip().replace(" ", "%20")
    if not address or len(address) > MAX_ADDRESS or _SPACE_OR_CONTROL.search(address):
        return None
    scheme = _SCHEME.match(address)
    return address if scheme is None or scheme[1].lower() in {"http", "https"} else None


class _Builder(HTMLParser):
    """Takes well-formed HTML of the tags named above, as nh3 writes it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Any] = ["root"]
        self.containers: list[list[Any]] = [self.root]
        self.block: list[Any] | None = None
        self.gap = ""  # what to put between the last table cell and this one's text
        # The inlines that are open in the input, and the nodes that stand for them in this block:
        # made when there is something to put into them, so that no block gets empty ones.
        self.wanted: list[tuple[str, dict[str, str]]] = []
        self.spine: list[list[Any]] = []
        # For each open tag of the input: what it opened, to be undone at its end.
        self.undo: list[str] = []

    # -- the input -------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = MAPPED.get(tag, tag)
        values = {key: value or "" for key, value in attrs}
        if name in VOID:
            self.put_void(name, values)
            return
        self.undo.append(self.open(name, values))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not self.undo:
            return
        opened = self.undo.pop()
        if opened == "inline":
            self.wanted.pop()
            del self.spine[len(self.wanted) :]
        elif opened == "block":
            self.end_block()
        elif opened == "container":
            self.end_block()
            self.end_container()

    def handle_data(self, data: str) -> None:
        data = _INVISIBLE.sub("\ufffd", data.replace("\r\n", "\n").replace("\r", "\n"))
        if data.strip() or (self.block is not None and not self.gap):
            self.append(data)

    # -- what it becomes -------------------------------------------------------------------

    def open(self, name: str, values: dict[str, str]) -> str:
        """Begin an element; return what was opened."""
        if name in INLINES:
            return self.open_inline(name, values)
        if self.block is not None and self.block[0] in {"h2", "h3", "pre"}:
            # A heading or preformatted text stays one, whatever is laid out inside it.
            if len(self.block) > 1:
                self.append("\n" if self.block[0] == "pre" else " ")
            return ""
        if name in CELLS:
            self.gap = CELL_GAP if self.block is not None else ""
            return ""
        self.end_block()
        if name in BLOCKS:
            self.block = [name]
            return "block"
        if name not in CONTAINERS or not self.may_hold(name):
            return "block"
        self.containers.append([name])
        return "container"

    def may_hold(self, name: str) -> bool:
        """Make room for a container, or say that its content goes on without it."""
        here: str = self.containers[-1][0]
        if name == "li":
            return here in LISTS
        if name == "figcaption" and here != "figure":
            return False
        # What stands in a list without an item of its own is given one, see `place`.
        names: list[str] = [*(node[0] for node in self.containers), name]
        given = sum(a in LISTS and b != "li" for a, b in zip(names, names[1:], strict=False))
        return len(names) - 1 + given + (name in LISTS) <= MAX_CONTAINERS

    def open_inline(self, name: str, values: dict[str, str]) -> str:
        if any(name == other for other, _ in self.wanted):
            return ""
        attributes: dict[str, str] = {}
        if name == "a":
            href = safe_address(values.get("href", ""))
            if href is None:
                return ""
            attributes["href"] = href
        self.wanted.append((name, attributes))
        return "inline"

    def put_void(self, name: str, values: dict[str, str]) -> None:
        if name == "hr":
            if self.block is None or self.block[0] == "p":
                self.end_block()
                self.place(["hr"])
            return
        node: list[Any] = [name]
        if name == "img":
            src = safe_address(values.get("src", ""))
            if src is None:
                return
            sizes = {
                k: values[k] for k in ("width", "height") if _PIXELS.fullmatch(values.get(k, ""))
            }
            alt = _INVISIBLE.sub("\ufffd", values.get("alt", "").replace("\r", "\n"))
            node.append({"src": src, "alt": alt} | sizes)
        self.append(node)

    def append(self, child: str | list[Any]) -> None:
        """Put an inline where it stands, in a paragraph of its own where it stands in none."""
        gap, self.gap = self.gap, ""
        if gap:
            self.append(gap)
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
        """Put the open block into its container, unless there is nothing in it."""
        block, self.block = self.block, None
        self.gap = ""
        self.spine.clear()
        if block is None:
            return
        # An HTML parser drops a newline at once after <pre>; createElement would not.
        _trim(block, 1, "\n" if block[0] == "pre" else " \t\n")
        if block[0] != "pre":
            _trim(block, -1, " \t\n")
        if _says_something(block):
            self.place(block)

    def place(self, node: list[Any]) -> None:
        """Put a finished block where it stands; in a list it gets an item."""
        here = self.containers[-1]
        if here[0] in LISTS and node[0] != "li":
            node = ["li", node]
            _tighten(node)
        here.append(node)

    def end_container(self) -> None:
        """Put the open container into the one around it, unless it is empty."""
        node = self.containers.pop()
        if node[0] in {"li", "figcaption", "figure"}:
            _tighten(node)
        if len(node) > 1 or node[0] == "li":
            self.place(node)

    def finish(self) -> Tree:
        self.end_block()
        while len(self.containers) > 1:
            self.end_container()
        return self.root[1:]


def _says_something(node: list[Any]) -> bool:
    """Tell whether there is a text or a picture in a block."""
    return _has_text(node) or _has_picture(node)


def _has_text(node: list[Any]) -> bool:
    return any(
        bool(child.strip()) if isinstance(child, str) else _has_text(child)
        for child in node[1:]
        if not isinstance(child, dict)
    )


def _has_picture(node: list[Any]) -> bool:
    return node[0] == "img" or any(_has_picture(c) for c in node[1:] if isinstance(c, list))


def _trim(block: list[Any], end: int, characters: str) -> None:
    """Take space away from the beginning (1) or the end (-1) of a block's text."""
    if len(block) > 1 and isinstance(block[end], str):
        text = block[end]
        block[end] = text.lstrip(characters) if end == 1 else text.rstrip(characters)
        if not block[end]:
            del block[end]


def _tighten(node: list[Any]) -> None:
    """Take the paragraph away from a lone text, and in a figure from pictures.

    So it is `<li>one</li>` and `<figure><img …></figure>`, without a `p` inside.
    """
    paragraphs = [child for child in node[1:] if child[0] == "p"]
    if node[0] == "figure":
        paragraphs = [paragraph for paragraph in paragraphs if not _has_text(paragraph)]
    elif len(paragraphs) != 1 or node[1] is not paragraphs[0]:
        return
    for paragraph in paragraphs:
        at = next(i for i, child in enumerate(node) if child is paragraph)
        node[at : at + 1] = [
            c for c in paragraph[1:] if node[0] != "figure" or not isinstance(c, str)
        ]
