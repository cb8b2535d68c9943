"""When feeds say that an article or a post changed last."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from stoppress.newsroom.models import Article, Version

_ACTS = (Version.Act.RETRACTION, Version.Act.RESTORE, Version.Act.WITHDRAW)


def changes(articles: Sequence[Article]) -> dict[int, datetime]:
    """Return, by row number, when the entry of each article or post changed last.

    Besides the versions that readers see, these count: an older version was withdrawn, perhaps with
    a note that stood here; a post's story was retracted or restored. What the desk does to an
    article that is withdrawn does not. Feed readers go by these times, so that of an entry never
    falls.
    """
    stories = {post.parent_id: post.parent for post in articles if post.parent}
    times: dict[int | None, dict[str, datetime]] = defaultdict(dict)
    rows = Version.objects.filter(article__in=[*stories, *(each.pk for each in articles)])
    latest = rows.filter(act__in=_ACTS).values_list("article", "act").annotate(Max("created"))
    for pk, act, created in latest.order_by():
        times[pk][act] = created
    of_story = {pk: _of_story(times[pk], story) for pk, story in stories.items()}
    return {
        each.pk: max([*_own(times[each.pk], each), *of_story.get(each.parent_id, [])])
        for each in articles
    }


def _own(times: dict[str, datetime], article: Article) -> list[datetime]:
    """Return the times of what changed an article itself; at least one."""
    if not article.is_withdrawn:
        times = {**times, "seen": article.version_created}
    return list(times.values()) or [article.first_published or article.version_created]


def _of_story(times: dict[str, datetime], story: Article) -> list[datetime]:
    """Return the times of what changed all posts of a story."""
    acts = {Version.Act.RETRACTION, Version.Act.RESTORE}
    # Only while it is retracted does its note stand for its posts.
    acts |= {Version.Act.WITHDRAW} if story.is_retracted else set()
    return [created for act, created in times.items() if act in acts]
