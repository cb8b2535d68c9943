"""Which part of a live story's posts a page shows, and which parts are next to it.

A part is anchored to an order, which outlives its post: what is published, retracted or backdated
elsewhere moves nothing from one page to another.
"""

from typing import NamedTuple

from .models import Article
from .streams import LIMIT

# Above the order of every post, pinned ones included.
TOP = "2"


class PostRange(NamedTuple):
    """A part of a story's posts.

    Attributes:
        ceiling: the posts below this order; empty for the newest, which the page goes on to follow.
        newer: the ceiling of the part above; empty for the newest posts, None if nothing is above.
    """

    ceiling: str = ""
    newer: str | None = None


def posts_below(story: Article, ceiling: str) -> PostRange:
    """Return the posts below an order."""
    return PostRange(ceiling, _newer(story, ceiling))


def posts_from(story: Article, post: Article) -> PostRange:
    """Return a post and those below it, so that a reader who comes for it sees it at once."""
    above = _orders(story, LIMIT + 1, order__gt=post.order)
    if not above:
        return PostRange(TOP)
    return PostRange(above[0], above[LIMIT] if len(above) > LIMIT else "")


def _newer(story: Article, ceiling: str) -> str | None:
    above = _orders(story, LIMIT + 1, order__gte=ceiling)
    if not above:
        return None
    return above[LIMIT] if len(above) > LIMIT else ""


def _orders(story: Article, limit: int, **above: str | None) -> list[str]:
    """Return the lowest orders of a story's posts that stand above one, upwards."""
    told = Article.objects.told_in_story().filter(parent=story, **above).order_by("order")
    return [order for order in told.values_list("order", flat=True)[:limit] if order]
