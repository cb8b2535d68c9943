"""The posts that a page of a live story shows."""

from stoppress.newsroom.models import Article
from stoppress.newsroom.post_range import PostRange
from stoppress.newsroom.public_versions import with_versions

from .facts import Facts, facts_of


def posts_shown(story: Article, shown: PostRange, most: int) -> list[Facts]:
    """Return the first posts that a page of a live story shows.

    Args:
        most: the largest number of posts. Retracted posts are counted, but left out.
    """
    posts = with_versions(Article.objects.told_in_story().filter(parent=story))
    if shown.ceiling:
        posts = posts.filter(order__lt=shown.ceiling)
    first = posts.select_related("image", "section").defer("body", "ed_note").order_by("-order")
    return [facts_of(post) for post in first[:most] if not post.is_retracted]
