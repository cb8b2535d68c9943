"""The time of the latest change that a feed gives for an article or a post."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from stoppress.newsroom.models import Article, Version

_ACTS = (Version.Act.RETRACTION, Version.Act.RESTORE, Version.Act.WITHDRAW)


def changes(articles: Sequence[Article]) -> dict[int, datetime]:
    """Return the time of the latest change of each entry, by the number of its row.

    Versions that readers see count. So does the withdrawal of an older version, because its note
    may have been in the feed, and the retraction or restoration of a post's story. Edits of an
    article that is withdrawn do not count. Feed readers compare these times, so the time of an
    entry never goes back.
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
    """Return the times of the changes of the article itself; at least one."""
    if not article.is_withdrawn:
        times = {**times, "seen": article.version_created}
    return list(times.values()) or [article.first_published or article.version_created]


def _of_story(times: dict[str, datetime], story: Article) -> list[datetime]:
    """Return the times of the changes of a story that affect all its posts."""
    acts = {Version.Act.RETRACTION, Version.Act.RESTORE}
    # The note of the story is shown in its posts' entries only while it is retracted.
    acts |= {Version.Act.WITHDRAW} if story.is_retracted else set()
    return [created for act, created in times.items() if act in acts]
