"""An article's position among the others: its `order`, which is unique."""

from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from stoppress.newsroom.models import Article
from stoppress.newsroom.payloads import wire_time

MILLISECOND = timedelta(milliseconds=1)
AT_ONCE = 200
ATTEMPTS = 20


def take_place(article: Article, moment: datetime) -> None:
    """Set an article's `first_published`, and the first free order at or after that time.

    Two transactions may find the same order free. The unique constraint lets one of them commit;
    the other waits for that commit and then tries again.
    """
    for attempt in range(ATTEMPTS):
        article.first_published, article.order = moment, free_order(moment)
        try:
            with transaction.atomic():
                Article.objects.filter(pk=article.pk).update(order=article.order)
            return
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise


def free_order(moment: datetime) -> str:
    """Return the first free order at or after a moment, in steps of 1 ms."""
    moment = moment.astimezone(UTC)
    while True:
        wanted = wire_time(moment)
        taken = Article.objects.filter(order__gte=wanted).order_by("order")
        orders = list(taken.values_list("order", flat=True)[:AT_ONCE])
        for order in orders:
            if order != wanted:
                return wanted
            moment += MILLISECOND
            wanted = wire_time(moment)
        if len(orders) < AT_ONCE:
            return wanted
