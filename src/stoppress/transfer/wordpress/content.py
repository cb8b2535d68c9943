"""Turn a text of WordPress into a body: Markdown, with the paper's own pictures and addresses."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from stoppress.newsroom.body.address import picture_number
from stoppress.newsroom.body.body import TooCostly, from_html
from stoppress.newsroom.body.pasted import MAX_PASTED, MAX_WARNINGS, as_text
from stoppress.newsroom.body.tree import Tree

from .comments import comments, reusable, with_comments
from .figures import caption_of, pictures_in
from .paragraphs import with_paragraphs
from .shortcodes import without_shortcodes

Node = list[Any]
MOST_NESTED = 3  # levels of reusable blocks inside each other
_BLOCKS = "<!-- wp:"
_BLOCK = re.compile(r"<!--\s*wp:([a-z][a-z0-9/-]*)\s")
_EMOJI = re.compile(
    r"<img\b[^<>]*\bclass=[\"'][^\"'<>]*\b(?:liveblog-emoji|emoji|wp-smiley)\b[^<>]*>",
    re.IGNORECASE,
)
_SAID = re.compile(r"\b(alt|data-emoji)=(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_COMMAND = re.compile(
    r"<span\b[^<>]*\bclass=[\"']liveblog-command\b[^<>]*>[^<]*</span>", re.IGNORECASE
)
# Blocks without news: empty space, or parts of the theme.
_SILENT = {"spacer", "more", "nextpage", "separator", "page-break"}


class TooLarge(ValueError):
    """The text is longer, or has more markup, than a body may have. The message says which."""


class Surroundings(Protocol):
    """Resolves what a text refers to elsewhere in the export."""

    def picture(self, url: str, alt: str) -> int | None:
        """Return the number of the paper's picture of an address.

        None if the address is not a picture of the exported site; 0 if it could not be imported.
        """

    def address(self, url: str) -> str:
        """Return the new address of a link."""

    def gallery(self, values: Mapping[str, str]) -> str:
        """Return the HTML of a gallery with these attributes."""

    def block(self, id_: str) -> str:
        """Return the content of a reusable block."""


@dataclass(frozen=True)
class Text:
    """A body: its tree, its Markdown, and sentences about what was left out."""

    tree: Tree
    markdown: str
    left_out: tuple[str, ...]


def text_of_post(content: str, base: str, around: Surroundings) -> Text:
    """Return the body of a post's or an entry's content.

    Args:
        content: the content as WordPress stores it, from the classic or the block editor.
        base: the base of relative addresses.

    Raises:
        TooLarge.
    """
    if len(content) > MAX_PASTED:
        raise TooLarge(f"it has {len(content)} characters; the limit is {MAX_PASTED}")
    html, left_out = _as_html(content, around)
    try:
        made = from_html(html, MAX_WARNINGS)
        left_out += [str(warning) for warning in made.warnings]
        # Read again, because a link may not be allowed where the picture was.
        written = as_text(_Rewriter(base, around).blocks(_foreign(made.tree)), "html")
        tree = from_html(written).tree
        text = as_text(tree, "markdown")
    except TooCostly as error:
        raise TooLarge(f"it {error.message}") from error
    return Text(tree, text, tuple(dict.fromkeys(left_out)))


def _as_html(content: str, around: Surroundings) -> tuple[str, list[str]]:
    def blocks_of(comment: str) -> str:
        number = reusable(comment)
        return comment if number is None else around.block(number)

    for _ in range(MOST_NESTED):
        content = with_comments(content, blocks_of)
        if len(content) > MAX_PASTED:
            raise TooLarge("its reusable blocks are too long")
    blocks = _BLOCKS in content
    left_out = []
    if drawn := _drawn(content):
        left_out.append(f"Blocks that WordPress fills were left out: {', '.join(drawn)}.")
    content = _EMOJI.sub(_emoji, _COMMAND.sub("", with_comments(content, lambda comment: "")))
    content, names = without_shortcodes(content, around.gallery)
    if names:
        left_out.append(f"Shortcodes were left out: {', '.join(f'[{name}]' for name in names)}.")
    return (content if blocks else with_paragraphs(content)), left_out


def _drawn(content: str) -> list[str]:
    """Return the names of the blocks without content, which WordPress fills for each reader."""
    without_content = (each for each in comments(content) if content.endswith("/-->", *each))
    names = {
        found[1] for begin, end in without_content if (found := _BLOCK.match(content, begin, end))
    }
    return sorted(names - _SILENT)


def _emoji(found: re.Match[str]) -> str:
    said = {name.lower(): one or other for name, one, other in _SAID.findall(found[0])}
    if "data-emoji" in said:
        return escape(f":{unescape(said['data-emoji'])}:")
    return str(said.get("alt", ""))


class _Rewriter:
    """Replaces the exported site's pictures and addresses in a tree by those of the paper."""

    def __init__(self, base: str, around: Surroundings) -> None:
        self._base = f"{base}/" if base else ""
        self._around = around

    def blocks(self, tree: Tree) -> Tree:
        """Return the tree of the same text in the paper."""
        return [made for node in tree for made in self._block(node)]

    def _block(self, node: Node) -> list[Node]:
        return self._figure(node) if node[0] == "figure" else [self._node(node)]

    def _figure(self, node: Node) -> list[Node]:
        """Return the nodes for a figure, in the form in which an editor of the paper writes it.

        Each picture with its caption becomes a paragraph, also in a gallery. Other contents without
        a caption are taken out of the figure.
        """
        words = [each for each in node[1:] if each[0] == "figcaption"]
        parts = [each for each in node[1:] if each[0] != "figcaption"]
        pictures = pictures_in(parts)
        if pictures is None:
            if words:
                return [self._node(node)]
            return [made for part in parts for made in self._block(part)]
        if len(pictures) == 1 and words:
            pictures, words = [(pictures[0][0], words[0])], []
        paragraphs = [self._captioned(*each) for each in pictures]
        return [*paragraphs, *(["p", *self._node(each)[1:]] for each in words)]

    def _captioned(self, picture: Node, words: Node | None) -> Node:
        made, caption = self._picture(picture), caption_of(words)
        if not words or caption == "":
            return ["p", made]
        if caption and made[0] == "img" and made[1]["src"].startswith("picture:"):
            return ["p", ["img", {**made[1], "title": caption}]]
        if made[0] == "img":
            return ["figure", made, self._node(words)]
        return ["p", made, " – ", *self._node(words)[1:]]

    def _node(self, node: Node) -> Node:
        name, *rest = node
        attributes = rest.pop(0) if rest and isinstance(rest[0], dict) else None
        if name == "img":
            return self._picture(node)
        if name == "a":
            inside = [each for each in rest if not (isinstance(each, str) and not each.strip())]
            if len(inside) == 1 and inside[0][0] == "img" and self._is_file(attributes or {}):
                return self._picture(inside[0])
            attributes = {"href": self._around.address(self._whole((attributes or {})["href"]))}
        children: list[Any] = []
        for child in rest:
            if not isinstance(child, list):
                children.append(child)
            elif child[0] == "figure":
                children += self._figure(child)
            else:
                children.append(self._node(child))
        return [name, *([attributes] if attributes else []), *children]

    def _is_file(self, attributes: dict[str, str]) -> bool:
        """Return whether a link leads to a picture's own file."""
        path = self._whole(attributes.get("href", "")).lower().partition("?")[0]
        return path.endswith((".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"))

    def _picture(self, node: Node) -> Node:
        """Return the paper's picture, a link to one that was not imported, or a foreign picture."""
        said = node[1]
        url: str = self._whole(said["src"])
        alt: str = said.get("alt", "")
        number = self._around.picture(url, alt)
        if number is None:
            return ["img", {**said, "src": url}]
        if number:
            return ["img", {"src": f"picture:{number}", "alt": alt}]
        return ["a", {"href": url}, alt or url.rpartition("/")[2] or url]

    def _whole(self, address: str) -> str:
        try:
            whole = urljoin(self._base, address)
            return whole if urlsplit(whole).scheme or not self._base else address
        except ValueError:
            return address


def _foreign(nodes: list[Any]) -> list[Any]:
    """Return a tree with the alternative text in place of `picture:` references.

    An export cannot know the paper's pictures, and a reference would make a picture public.
    """
    kept: list[Any] = []
    for node in nodes:
        if not isinstance(node, list):
            kept.append(node)
        elif node[0] == "img" and picture_number(node[1]["src"]) is not None:
            kept += [node[1]["alt"]] if node[1]["alt"] else []
        else:
            children = _foreign(node[1:])
            if node[0] == "figure":  # a figure contains blocks
                children = [["p", each] if isinstance(each, str) else each for each in children]
            kept.append([node[0], *children])
    return kept


Linked = Callable[[str], str]


def with_addresses(tree: Tree, linked: Linked) -> Tree:
    """Return a tree with the addresses of its links replaced."""
    return [_linked(node, linked) for node in tree]


def _linked(node: Node, linked: Linked) -> Node:
    name, *rest = node
    if name == "a":
        rest[0] = {**rest[0], "href": linked(rest[0]["href"])}
    return [name, *(_linked(each, linked) if isinstance(each, list) else each for each in rest)]
