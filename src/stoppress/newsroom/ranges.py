"""The parts of a list that its pages show, each anchored to an order.

An order stays valid after its row is deleted. So a row that is published, retracted or lifted
elsewhere moves no other row to another page.
"""

from .models.article import ArticleQuerySet
from .stream_names import LIMIT


def newer_ceiling(listed: ArticleQuerySet, ceiling: str) -> str | None:
    """Return the ceiling of the part of a list right above an order.

    It is empty for the newest part, and None if nothing is above.
    """
    above = listed.filter(order__gte=ceiling).order_by("order")
    orders = above.values_list("order", flat=True)[: LIMIT + 1]
    if not orders:
        return None
    return orders[LIMIT] if len(orders) > LIMIT else ""
