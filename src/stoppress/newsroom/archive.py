"""The days on which articles were published, in the site's zone."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Max, Min
from django.db.models.functions import Substr
from django.utils import timezone

from stoppress.live.protocol.frames import wire_time

from .local_time import in_zone
from .models import Article
from .models.article import ArticleQuerySet

DAY = timedelta(days=1)
# Of what is older, no day has an address.
OLDEST = date(1000, 1, 2)


def local_day(moment: datetime) -> date:
    """Return the day of a moment in the site's zone."""
    return in_zone(moment, timezone.get_current_timezone()).date()


def _kept() -> ArticleQuerySet:
    """Return all public articles of which the archive has the day."""
    return Article.objects.listed().filter(place__gte=_begins(OLDEST))


def published_between(first: date, after: date) -> ArticleQuerySet:
    """Return the public articles that were first published from one day on, and before another."""
    # By the place, which is the time of first publication, and has an index.
    return _kept().filter(place__gte=_begins(first), place__lt=_begins(after))


def published_on(day: date) -> ArticleQuerySet:
    """Return the public articles that were first published on a day."""
    return published_between(day, day + DAY)


def days_with_news(first: date, after: date) -> list[date]:
    """Return the days with a public article from one on, and before another, the latest first."""
    return _days(published_between(first, after))


def months_with_news() -> list[date]:
    """Return the first of each month with a public article, the latest first."""
    months = {day.replace(day=1) for day in _days(_kept())}
    return sorted(months, reverse=True)


def day_before(day: date) -> date | None:
    """Return the last day with news before a day; None if there is none."""
    earlier = _kept().filter(place__lt=_begins(day)).order_by("-place")
    return _day_of(earlier.values_list("place", flat=True).first())


def day_after(day: date) -> date | None:
    """Return the first day with news after a day; None if there is none."""
    later = _kept().filter(place__gte=_begins(day + DAY)).order_by("place")
    return _day_of(later.values_list("place", flat=True).first())


def _days(articles: ArticleQuerySet) -> list[date]:
    """Return the days of articles, from one row for each day in UTC.

    A day in UTC is part of two days of the zone at most: those of its first and its last article.
    """
    in_utc = articles.order_by().values(day=Substr("place", 1, 10))
    rows = in_utc.annotate(first=Min("place"), last=Max("place")).values_list("first", "last")
    return sorted({day for row in rows for day in map(_day_of, row) if day}, reverse=True)


def end_of(day: date) -> str:
    """Return the order below which the articles of a day stand that are in the order of time."""
    return f"0-{_begins(day + DAY)}"


def _begins(day: date) -> str:
    """Return the place at which a day begins."""
    return wire_time(datetime.combine(day, time(), timezone.get_current_timezone()).astimezone(UTC))


def _day_of(place: str | None) -> date | None:
    return local_day(datetime.fromisoformat(place)) if place else None
