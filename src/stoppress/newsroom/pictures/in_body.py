"""Puts pictures into a body's tree, in place of the references to them."""

from collections.abc import Mapping
from typing import Any

from stoppress.newsroom.body.address import picture_number
from stoppress.newsroom.body.tree import Tree
from stoppress.newsroom.models import Article, Picture

from .item import COLUMN, TYPES, largest, source_set
from .references import picture_ids

Pictures = Mapping[int, Picture]


def shown_body(article: Article) -> Tree:
    """Return an article's text with its pictures."""
    tree: Tree = article.body_tree
    pictures = article.pictures.all() if picture_ids(tree) else ()
    return with_pictures(tree, {each.pk: each for each in pictures})


def with_pictures(tree: Tree, pictures: Pictures) -> Tree:
    """Return a tree with each reference to a picture replaced by the picture.

    A paragraph of one picture becomes a figure with caption and credit. A reference to none of the
    pictures leaves its alternative text. A picture of another site stays.

    Args:
        pictures: by their ids.
    """
    return [_block(node, pictures) for node in tree]


def _block(node: list[Any], pictures: Pictures) -> list[Any]:
    if node[0] == "p" and len(node) == 2 and (found := _named(node[1], pictures)):
        return ["figure", _picture(node[1], found), *_caption(node[1], found)]
    if node[0] == "figure":
        return _figure(node, pictures)
    return [_replaced(child, pictures) if isinstance(child, list) else child for child in node]


def _replaced(node: list[Any], pictures: Pictures) -> Any:
    if node[0] != "img":
        return _block(node, pictures)
    if found := _named(node, pictures):
        return _picture(node, found)
    if picture_number(node[1]["src"]) is None:
        return node
    return node[1]["alt"]


def _figure(node: list[Any], pictures: Pictures) -> list[Any]:
    """Return a figure with its pictures; one without a caption gets the picture's own."""
    made = [
        "figure",
        *(_replaced(child, pictures) if isinstance(child, list) else child for child in node[1:]),
    ]
    named = [(child, found) for child in node[1:] if (found := _named(child, pictures))]
    if len(named) != 1:
        return made
    child, found = named[0]
    captions = [each for each in made if isinstance(each, list) and each[0] == "figcaption"]
    if not captions:
        return [*made, *_caption(child, found)]
    if found.credit:
        captions[0][1:] = [*_paragraph(captions[0][1:]), ["p", found.credit]]
    return made


def _paragraph(children: list[Any]) -> list[Any]:
    """Return the content of a caption as blocks."""
    blocks = any(isinstance(child, list) and child[0] == "p" for child in children)
    return children if blocks else [["p", *children]]


def _named(node: Any, pictures: Pictures) -> Picture | None:
    """Return the picture that a node refers to."""
    if not isinstance(node, list) or node[0] != "img":
        return None
    number = picture_number(node[1]["src"])
    return None if number is None else pictures.get(number)


def _picture(node: list[Any], picture: Picture) -> list[Any]:
    jpeg = largest(picture)
    return [
        "picture",
        ["source", {"type": TYPES["webp"], "srcset": source_set(picture), "sizes": COLUMN}],
        [
            "img",
            {
                "src": picture.address(jpeg),
                "alt": node[1]["alt"] or picture.alt,
                "width": str(picture.width),
                "height": str(picture.height),
            },
        ],
    ]


def _caption(node: list[Any], picture: Picture) -> list[list[Any]]:
    """Return the caption: the words in the text, else the picture's own, and the credit."""
    words = [each for each in (node[1].get("title") or picture.caption, picture.credit) if each]
    if not words:
        return []
    return [["figcaption", *(["p", each] for each in words)]]
