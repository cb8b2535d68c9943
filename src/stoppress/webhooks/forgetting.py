"""Delete old deliveries."""

from datetime import datetime, timedelta

from .models import Delivery, Endpoint

# Rows deleted in one transaction: few, so that no publisher waits for long.
BATCH = 500
KEPT_FOR = timedelta(days=30)
# Deliveries kept for each endpoint.
MOST_KEPT = 1000


def forget_old_deliveries(now: datetime) -> bool:
    """Delete a batch of deliveries that are old or too many; return whether there may be more.

    Args:
        now: the database's time.
    """
    more = Delivery.objects.forget(now - KEPT_FOR, BATCH) == BATCH
    for endpoint in Endpoint.objects.order_by("pk"):
        newest = endpoint.deliveries.order_by("-time", "-pk")
        surplus = list(newest.values_list("pk", flat=True)[MOST_KEPT : MOST_KEPT + BATCH])
        endpoint.deliveries.filter(pk__in=surplus).delete()
        more = more or len(surplus) == BATCH
    return more
