"""Removes links without text: a screen reader would read out their address."""

from typing import Any

from stoppress.newsroom.phrase import Phrase, marked

from .excerpt import excerpt
from .nodes import children_of, says_something

EMPTY = marked("A link without text was left out: %(words)s.")


def without_empty_links(children: list[Any], warnings: list[Phrase]) -> list[Any]:
    """Return content without its empty links, and warn of each. The spaces in a link are kept.

    A link within the page is left out without a warning: it leads to no other page.
    """
    made: list[Any] = []
    for child in children:
        inside = [child]
        if isinstance(child, list) and len(child) > 1:
            attributes = [each for each in child[1:2] if isinstance(each, dict)]
            inside = without_empty_links(children_of(child), warnings)
            if child[0] != "a" or says_something(child):
                inside = [[child[0], *attributes, *inside]]
            elif not (href := child[1]["href"]).startswith("#"):
                warnings.append(Phrase(EMPTY, words=excerpt(href)))
        for each in inside:
            if made and isinstance(each, str) and isinstance(made[-1], str):
                made[-1] += each
            else:
                made.append(each)
    return made
