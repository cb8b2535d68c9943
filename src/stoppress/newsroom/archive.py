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
# The first day that has an address.
OLDEST = date(1000, 1, 2)
# Greater than every place.
END = "9999-99"


def local_day(moment: datetime) -> date:
    """Return the day of a moment in the site's zone."""
    return in_zone(moment, timezone.get_current_timezone()).date()


def _placed(begin: str, end: str) -> tuple[ArticleQuerySet, ArticleQuerySet]:
    """Return the public articles from one place until before another, in two querysets.

    The first has the articles in the order of time; the second has the few with a rank. They are
    separate because only the order, not the place, has an index that SQLite uses.
    """
    placed = Article.objects.listed().filter(place__gte=begin, place__lt=end)
    in_time = placed.filter(order__gte=f"0-{begin}", order__lt=f"0-{end}")
    return in_time, placed.filter(order__gte="1")


def published_between(first: date, after: date) -> ArticleQuerySet:
    """Return the public articles that were first published from one day until before another."""
    in_time, raised = _placed(_begins(max(first, OLDEST)), _begins(after))
    found = in_time.order_by().values("pk").union(raised.order_by().values("pk"), all=True)
    return Article.objects.filter(pk__in=found)


def published_on(day: date) -> ArticleQuerySet:
    """Return the public articles that were first published on a day."""
    return published_between(day, day + DAY)


def days_with_news(first: date, after: date) -> list[date]:
    """Return the days with a public article from one until before another, the latest first."""
    return _days(published_between(first, after))


def months_with_news() -> list[date]:
    """Return the first of each month with a public article, the latest first."""
    months = list[date]()
    last = _last_before(END)
    while last:
        months.append(last.replace(day=1))
        last = day_before(months[-1])
    return months


def day_before(day: date) -> date | None:
    """Return the last day with news before a day; None if there is none."""
    return _last_before(_begins(day))


def _last_before(end: str) -> date | None:
    in_time, raised = _placed(_begins(OLDEST), end)
    found = _place_of(in_time.order_by("-order")), _place_of(raised.order_by("-place"))
    return _day_of(max(filter(None, found), default=None))


def day_after(day: date) -> date | None:
    """Return the first day with news after a day; None if there is none."""
    in_time, raised = _placed(_begins(max(day + DAY, OLDEST)), END)
    found = _place_of(in_time.order_by("order")), _place_of(raised.order_by("place"))
    return _day_of(min(filter(None, found), default=None))


def _days(articles: ArticleQuerySet) -> list[date]:
    """Return the days of articles, from one row for each day in UTC.

    A day in UTC is part of two days of the zone at most: those of its first and its last article.
    """
    in_utc = articles.order_by().values(day=Substr("place", 1, 10))
    rows = in_utc.annotate(first=Min("place"), last=Max("place")).values_list("first", "last")
    return sorted({day for row in rows for day in map(_day_of, row) if day}, reverse=True)


def end_of(day: date) -> str:
    """Return the upper bound, exclusive, of the orders of a day's articles without a rank."""
    return f"0-{_begins(day + DAY)}"


def _begins(day: date) -> str:
    """Return the place at which a day begins."""
    return wire_time(datetime.combine(day, time(), timezone.get_current_timezone()).astimezone(UTC))


def _place_of(articles: ArticleQuerySet) -> str | None:
    """Return the place of the first article; None if there is no article."""
    return articles.values_list("place", flat=True).first()


def _day_of(place: str | None) -> date | None:
    return local_day(datetime.fromisoformat(place)) if place else None
