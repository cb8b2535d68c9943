"""The part of a live story's posts that a page shows, and its neighbours.

A part begins at an order, which stays valid after its post is deleted. So a post that is published,
retracted or backdated elsewhere moves no other post to another page.
"""

from typing import NamedTuple

from django.utils.translation import gettext

from .models import Article
from .ranges import newer_ceiling

# Sorts above every character of an order: appended to an order, it makes a ceiling above it.
AFTER = "~"


class PostRange(NamedTuple):
    """A part of a story's posts.

    Attributes:
        ceiling: the posts below this order; empty for the newest, which the page follows live.
        newer: the ceiling of the part above; empty for the newest posts, None if nothing is above.
    """

    ceiling: str = ""
    newer: str | None = None


def posts_below(story: Article, ceiling: str) -> PostRange:
    """Return the posts below an order."""
    return PostRange(ceiling, _newer(story, ceiling))


def posts_from(story: Article, post: Article) -> PostRange:
    """Return the part that begins with a post, for a reader who opens the post's address."""
    return posts_below(story, ceiling_of(post))


def ceiling_of(post: Article) -> str:
    """Return the ceiling of a post's own page, which shows nothing above the post."""
    return f"{post.order}{AFTER}"


def older_posts_begin() -> str:
    """Return the words before the story's headline in the title of a page of older posts."""
    return gettext("Older posts – ")


def _newer(story: Article, ceiling: str) -> str | None:
    return newer_ceiling(Article.objects.told_in_story().filter(parent=story), ceiling)
