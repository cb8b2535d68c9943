"""Adapt another paper's text: our pictures in place of its own, and links that lead to it."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

from stoppress.newsroom.body.address import picture_number
from stoppress.newsroom.body.as_markdown import as_markdown
from stoppress.newsroom.body.body import read
from stoppress.newsroom.body.tree import Tree

ADDRESSES = ("href", "src")
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)

Address = Callable[[str], str]


def as_ours(body: str, body_format: str, pictures: dict[int, str], base: str) -> tuple[str, str]:
    """Return a body and its format, with addresses that are right here.

    The text stays as its editor wrote it. If an address cannot be replaced inside it, the whole
    text is written again, as Markdown.

    Args:
        pictures: the new address of each picture, by its number in the other paper.
        base: the article's address in the other paper, for relative links.

    Raises:
        TooCostly: the text would take too long to read.
    """
    tree = read(body, body_format).tree

    def new_address(address: str) -> str:
        number = picture_number(address)
        if number is not None:
            return pictures.get(number, address)
        return address if _ABSOLUTE.match(address) else urljoin(base, address)

    to_replace = sorted({each for each in _addresses(tree) if new_address(each) != each}, key=len)
    if not to_replace:
        return body, body_format
    wanted = _exchanged(tree, new_address)
    written = body
    if to_replace:
        # In one pass, so that a new address is not replaced again.
        any_of = "|".join(re.escape(each) for each in reversed(to_replace))
        pattern = re.compile(rf"(?<![\w:/.?=&%-])(?:{any_of})(?![\w/.?=&%-])")
        written = pattern.sub(lambda found: new_address(found[0]), body)
    if read(written, body_format).tree == wanted:
        return written, body_format
    return as_markdown(wanted), "markdown"


def picture_numbers(body: str, body_format: str) -> set[int]:
    """Return the numbers of the other paper's pictures in its text.

    Raises:
        TooCostly: the text would take too long to read.
    """
    found = (picture_number(each) for each in _addresses(read(body, body_format).tree))
    return {number for number in found if number is not None}


def _addresses(nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, dict):
            yield from (node[name] for name in ADDRESSES if name in node)
        elif isinstance(node, list):
            yield from _addresses(node)


def _exchanged(nodes: Tree, new_address: Address) -> Tree:
    return [_exchanged_in(node, new_address) for node in nodes]


def _exchanged_in(node: Any, new_address: Address) -> Any:
    if isinstance(node, dict):
        return {
            name: new_address(value) if name in ADDRESSES else value for name, value in node.items()
        }
    return [_exchanged_in(child, new_address) for child in node] if isinstance(node, list) else node
