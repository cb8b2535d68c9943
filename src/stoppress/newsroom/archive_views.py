"""The archive: the articles of each day, and links to the days and months with news."""

from datetime import date
from itertools import groupby

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from stoppress.live.clock import database_time

from . import archive
from .metadata.breadcrumbs import Place
from .metadata.pages import plain_head
from .post_range import AFTER
from .ranges import newer_ceiling
from .reader_page import missing_page, page, reader_page
from .stream_names import LIMIT


@reader_page
def all_months(request: HttpRequest) -> HttpResponseBase:
    """Show the months with news."""
    months = archive.months_with_news()
    years = [(year, list(each)) for year, each in groupby(months, key=lambda month: month.year)]
    head = plain_head(request, gettext("Archive"), _archive())
    return page(request, "newsroom/archive.html", ["news"], {"years": years, "head": head})


@reader_page
def month(request: HttpRequest, month: date) -> HttpResponseBase:
    """Show the days of a month with news.

    A month before the first news or after today answers 404.
    """
    after = (month + 31 * archive.DAY).replace(day=1)
    days = archive.days_with_news(month, after)
    before = archive.day_before(month)
    if not days and (before is None or month > archive.local_day(database_time())):
        return missing_page(request)
    context: dict[str, object] = {
        "month": month,
        "days": days,
        "before": before,
        "after": archive.day_after(after - archive.DAY),
        "head": plain_head(request, _month(month)[0], _archive(), _month(month)),
        "noindex": not days,
    }
    return page(request, "newsroom/archive_month.html", ["news"], context)


@reader_page
def day(request: HttpRequest, day: date, order: str = "") -> HttpResponseBase:
    """Show the articles first published on a day; with `order`, only those below that order.

    A day before the first news or after today answers 404.
    """
    articles = archive.published_on(day)
    part = articles.filter(order__lt=order) if order else articles
    orders = list(part.order_by("-order").values_list("order", flat=True)[: LIMIT + 1])
    before = archive.day_before(day)
    if not orders and (before is None or day > archive.local_day(database_time())):
        return missing_page(request)
    address = reverse("newsroom:archive_day", args=[day])
    name = date_format(day, pgettext("date", "l, j F Y"))
    shown = [each for each in orders[:LIMIT] if each]
    above = newer_ceiling(articles, order) if order else None
    newer = f"{address}page/{above}/" if above else address
    context: dict[str, object] = {
        "day": day,
        "before": before,
        "after": archive.day_after(day),
        "stream": "news",
        # The articles without a rank are one range of the stream. Each of the others is a range.
        "raised": [f"{each}{AFTER}" for each in shown if not each.startswith("0")],
        "count": sum(each.startswith("0") for each in shown),
        "ceiling": min(order or AFTER, archive.end_of(day)),
        "head": plain_head(request, name, _archive(), _month(day), (name, address)),
        "noindex": bool(order) or not shown,
        "newest": address,
        "newer": None if above is None else newer,
        "older": f"{address}page/{shown[-1]}/" if len(orders) > LIMIT else None,
    }
    return page(request, "newsroom/archive_day.html", ["news"], context)


def _archive() -> Place:
    return gettext("Archive"), reverse("newsroom:archive")


def _month(day: date) -> Place:
    return date_format(day, "F Y"), reverse("newsroom:archive_month", args=[day])
