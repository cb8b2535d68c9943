"""Make a body's tree: before any lock, for a long text takes a second."""

from collections.abc import Mapping
from functools import lru_cache

from stoppress.newsroom.body import TooCostly, Tree, tree
from stoppress.newsroom.letters import tree_without_piles
from stoppress.newsroom.models import Article

from .errors import InvalidField
from .fields import checked

TEXT = {"body", "body_format"}


@lru_cache(maxsize=4)
def typeset(body: str, body_format: str) -> Tree:
    """Return a body's tree; the latest are remembered, and must not be changed.

    Raises:
        InvalidField: it would take too long.
    """
    try:
        # Again: marks can be written as numbers, and be spread over elements.
        return tree_without_piles(tree(body, body_format))
    except TooCostly as error:
        raise InvalidField("body", str(error)) from error


def prepare(fields: Mapping[str, object], article: Article | None = None) -> dict[str, object]:
    """Do what a verb will need and takes long; every verb does so before it locks anything.

    Callers that put verbs together in a `live.atomic()` of their own call this before it.

    Args:
        article: the one to be changed; none for a new one.

    Returns:
        The fields as they are kept.

    Raises:
        InvalidField: as the verb would.
    """
    said = checked(fields)
    if TEXT & said.keys():
        before = article or Article()
        typeset(
            str(said.get("body", before.body)), str(said.get("body_format", before.body_format))
        )
    return said
