"""Insert pictures into a body's tree, in place of the references to them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import prefetch_related_objects

from stoppress.newsroom.body.address import picture_number
from stoppress.newsroom.body.tree import Tree
from stoppress.newsroom.models import Article, Picture

from .item import COLUMN, TYPES, largest, source_set
from .references import picture_ids

Pictures = Mapping[int, Picture]


def shown_body(article: Article) -> Tree:
    """Return an article's text with its pictures."""
    tree: Tree = article.body_tree
    pictures = pictures_of(article) if picture_ids(tree) else []
    return with_pictures(tree, {each.pk: each for each in pictures})


def pictures_of(article: Article) -> list[Picture]:
    """Return the pictures that a saved article uses. They are read once, and only if it has any."""
    if article.image_id is None and not picture_ids(article.body_tree):
        return []
    prefetch_related_objects([article], "pictures")
    return list(article.pictures.all())


def with_pictures(tree: Tree, pictures: Pictures) -> Tree:
    """Return a tree with each reference to a picture replaced by the picture.

    In a paragraph of pictures only, with or without links around them, each becomes a figure with
    caption and credit. A reference to another picture is replaced by its alternative text. A
    picture of another site is kept.

    Args:
        pictures: by their ids.
    """
    return _all_of(tree, pictures)


def without_credit(tree: Tree, pictures: Pictures) -> list[Picture]:
    """Return the pictures in a tree whose credit is not shown there, such as within a line.

    Args:
        tree: with references to the pictures.
    """
    bare = set(_outside_of_figures(with_pictures(tree, pictures)))
    return [each for each in pictures.values() if each.credit and _source(each) in bare]


def _outside_of_figures(nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        if not isinstance(node, list) or node[0] == "figure":
            continue
        if node[0] == "img":
            yield node[1]["src"]
        yield from _outside_of_figures(node[1:])


def _all_of(nodes: list[Any], pictures: Pictures) -> list[Any]:
    made: list[Any] = []
    for node in nodes:
        made += _replaced(node, pictures) if isinstance(node, list) else [node]
    return made


def _replaced(node: list[Any], pictures: Pictures) -> list[Any]:
    """Return the nodes that replace a node."""
    if node[0] == "img":
        if found := _named(node, pictures):
            return [_picture(node, found)]
        return [node if picture_number(node[1]["src"]) is None else node[1]["alt"]]
    if node[0] == "p" and (alone := _pictures_alone(node, pictures)):
        return [_figure(["figure", each], pictures) for each in alone]
    if node[0] == "figure":
        return [_figure(node, pictures)]
    return [[node[0], *_all_of(node[1:], pictures)]]


def _pictures_alone(paragraph: list[Any], pictures: Pictures) -> list[list[Any]]:
    """Return the parts of a paragraph if each is a picture, or a link around one; else nothing."""
    parts = [each for each in paragraph[1:] if not _is_space(each)]
    return parts if all(_is_picture(each, pictures) for each in parts) else []


def _is_space(node: Any) -> bool:
    return not node.strip() if isinstance(node, str) else node[0] == "br"


def _is_picture(node: Any, pictures: Pictures) -> bool:
    if isinstance(node, list) and node[0] == "a":
        inside = [each for each in node[2:] if not _is_space(each)]
        return len(inside) == 1 and _named(inside[0], pictures) is not None
    return _named(node, pictures) is not None


def _figure(node: list[Any], pictures: Pictures) -> list[Any]:
    """Return a figure with its pictures; without a caption, it gets those of the pictures."""
    made = ["figure", *_all_of(node[1:], pictures)]
    named = list(_named_within(node, pictures))
    captions = [each for each in made if isinstance(each, list) and each[0] == "figcaption"]
    if not captions:
        words = [each for child, found in named for each in _caption(child, found)]
        return [*made, ["figcaption", *_paragraphs(words)]] if words else made
    if credits := _paragraphs([found.credit for _, found in named if found.credit]):
        captions[0][1:] = [*_paragraph(captions[0][1:]), *credits]
    return made


def _paragraphs(words: list[str]) -> list[list[Any]]:
    """Return a paragraph for each text, without duplicates."""
    return [["p", each] for each in dict.fromkeys(words)]


def _paragraph(children: list[Any]) -> list[Any]:
    """Return the content of a caption as blocks."""
    blocks = any(isinstance(child, list) and child[0] == "p" for child in children)
    return children if blocks else [["p", *children]]


def _named_within(node: list[Any], pictures: Pictures) -> Iterator[tuple[list[Any], Picture]]:
    """Yield each reference to a picture, with the picture."""
    if found := _named(node, pictures):
        yield node, found
    for child in node[1:]:
        if isinstance(child, list):
            yield from _named_within(child, pictures)


def _named(node: Any, pictures: Pictures) -> Picture | None:
    """Return the picture that a node refers to."""
    if not isinstance(node, list) or node[0] != "img":
        return None
    number = picture_number(node[1]["src"])
    return None if number is None else pictures.get(number)


def _picture(node: list[Any], picture: Picture) -> list[Any]:
    return [
        "picture",
        ["source", {"type": TYPES["webp"], "srcset": source_set(picture), "sizes": COLUMN}],
        [
            "img",
            {
                "src": _source(picture),
                "alt": node[1]["alt"] or picture.alt,
                "width": str(picture.width),
                "height": str(picture.height),
            },
        ],
    ]


def _source(picture: Picture) -> str:
    return picture.address(largest(picture))


def _caption(node: list[Any], picture: Picture) -> list[str]:
    """Return the caption, from the text or else the picture's own, and the credit."""
    return [each for each in (node[1].get("title") or picture.caption, picture.credit) if each]
