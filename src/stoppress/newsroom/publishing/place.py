"""An article's position in lists: first by its rank, then by its place, which is unique."""

import time
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article
from stoppress.newsroom.payloads import wire_time

MILLISECOND = timedelta(milliseconds=1)
AT_ONCE = 200
ATTEMPTS = 20
# How far ahead of the clock a free place may be; `wait_for` waits until then.
LONGEST_WAIT = timedelta(seconds=1)
PINNED, BREAKING, TOP, ORDINARY = 3, 2, 1, 0
TOP_URGENCY = 3


def is_breaking(article: Article, now: datetime) -> bool:
    """Return whether an article is breaking news once it is public; a post never is."""
    return (
        not article.is_post
        and article.urgency == 1
        and (article.top_until is None or now < article.top_until)
    )


def rank_of(article: Article, now: datetime) -> int:
    """Return an article's rank: 3 pinned, 2 breaking, 1 at the top for a time, else 0."""
    if article.pinned:
        return PINNED
    if is_breaking(article, now):
        return BREAKING
    timed = article.top_until is not None and now < article.top_until
    return TOP if timed and article.urgency <= TOP_URGENCY else ORDINARY


def order_of(article: Article, now: datetime) -> str | None:
    """Return an article's order; None if it has no place yet."""
    if article.place is None:
        return None
    if article.is_post and article.occurred is not None:
        return f"{_lifted(article)}-{wire_time(article.occurred)}-{article.place}"
    return f"{rank_of(article, now)}-{article.place}"


def _lifted(post: Article) -> int:
    """Return 1 for a pinned post, 0 for others and for the note of a retracted post."""
    return int(post.pinned and not post.is_retracted)


def set_order(article: Article, now: datetime) -> None:
    """Set the rank and the order of an article that has a place."""
    if article.is_post:
        article.rank, article.order = _lifted(article), order_of(article, now)
    elif article.place is not None:
        article.rank, article.breaking = rank_of(article, now), is_breaking(article, now)
        timed = article.breaking or article.rank == TOP
        article.rank_until = article.top_until if timed else None
        article.order = order_of(article, now)


def take_place(article: Article, moment: datetime, now: datetime) -> None:
    """Set an article's `first_published`, and the first free place at or after that time.

    Two transactions may find the same place free. The unique constraint lets one of them commit;
    the other waits for that commit and then tries again.

    Args:
        moment: not after `now`.
        now: the database's time.
    """
    article.first_published = moment
    for attempt in range(ATTEMPTS):
        article.place = free_place(moment, now, of_post=article.is_post)
        set_order(article, now)
        try:
            with transaction.atomic():
                Article.objects.filter(pk=article.pk).update(
                    place=article.place, rank=article.rank, order=article.order
                )
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            wait_for(article.place, now)
            return


def free_place(moment: datetime, now: datetime, *, of_post: bool = False) -> str:
    """Return the first free place at or after a moment, in steps of 1 ms.

    Articles have one set of places, the posts of all stories another. If the place would be more
    than a second after `now`, return the last free place before the moment.
    """
    place = _free(moment, MILLISECOND, of_post)
    late = place > wire_time(now + LONGEST_WAIT)
    return _free(moment, -MILLISECOND, of_post) if late else place


def wait_for(place: str, now: datetime) -> None:
    """Wait until the database's clock has reached a place, so that no place is in the future.

    The wait is a second at most, even if the clock was set back: the row is locked.
    """
    due, most = datetime.fromisoformat(place), LONGEST_WAIT.total_seconds()
    end = time.monotonic() + most
    while due > now and time.monotonic() < end:
        time.sleep(min((due - now).total_seconds(), most))  # a clock sends no notification
        now = database_time()


def _free(moment: datetime, step: timedelta, of_post: bool) -> str:
    moment = moment.astimezone(UTC)
    way = "place__gte" if step > timedelta(0) else "place__lte"
    by = "place" if step > timedelta(0) else "-place"
    while True:
        wanted = wire_time(moment)
        taken = Article.objects.filter(parent__isnull=not of_post, **{way: wanted}).order_by(by)
        places = list(taken.values_list("place", flat=True)[:AT_ONCE])
        for place in places:
            if place != wanted:
                return wanted
            moment += step
            wanted = wire_time(moment)
        if len(places) < AT_ONCE:
            return wanted
