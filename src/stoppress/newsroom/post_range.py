"""Which part of a live story's posts a page shows, and which parts are next to it.

A part is anchored to an order, which outlives its post: what is published, retracted or backdated
elsewhere moves nothing from one page to another.
"""

from typing import NamedTuple

from django.utils.translation import gettext

from .models import Article
from .ranges import newer_ceiling

# Sorts above every character of an order: behind one, it makes a ceiling that includes it.
AFTER = "~"


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
    return posts_below(story, ceiling_of(post))


def ceiling_of(post: Article) -> str:
    """Return the ceiling of a post's own page: what comes in above the post is not shown there."""
    return f"{post.order}{AFTER}"


def older_posts_begin() -> str:
    """Return what the title of a page of older posts says before the story's headline."""
    return gettext("Older posts – ")


def _newer(story: Article, ceiling: str) -> str | None:
    return newer_ceiling(Article.objects.told_in_story().filter(parent=story), ceiling)
