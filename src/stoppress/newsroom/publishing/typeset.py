"""Make a body's tree: before any lock, for a long text takes a second."""

from collections.abc import Mapping
from functools import lru_cache

from stoppress.newsroom.body.body import Body, TooCostly, Tree, read
from stoppress.newsroom.letters import tree_without_piles
from stoppress.newsroom.models import Article

from .errors import InvalidField
from .fields import checked

TEXT = {"body", "body_format"}


def typeset(body: str, body_format: str) -> Tree:
    """Return a body's tree, as `body_of` does."""
    return body_of(body, body_format).tree


def left_out(article: Article) -> tuple[str, ...]:
    """Return a sentence for each thing in an article's text that readers will not see."""
    return body_of(article.body, article.body_format).warnings


@lru_cache(maxsize=4)
def body_of(body: str, body_format: str) -> Body:
    """Return a body as readers will see it; the latest are remembered, and must not be changed.

    Raises:
        InvalidField: it would take too long.
    """
    try:
        said = read(body, body_format)
        # Again: marks can be written as numbers, and be spread over elements.
        return Body(tree_without_piles(said.tree), said.warnings)
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
