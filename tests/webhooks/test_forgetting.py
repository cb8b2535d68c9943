"""Deliveries are kept for a time, and a number of each endpoint."""

from datetime import datetime, timedelta

import pytest

from stoppress.live.clock import database_time
from stoppress.webhooks.forgetting import BATCH, KEPT_FOR, MOST_KEPT, forget_old_deliveries
from stoppress.webhooks.models import Delivery, Endpoint

from .made import made, noted

pytestmark = pytest.mark.django_db


def note(endpoint: Endpoint, times: list[datetime]) -> None:
    Delivery.objects.bulk_create(noted(endpoint, time) for time in times)


def test_old_deliveries_are_deleted(endpoint: Endpoint) -> None:
    now = database_time()
    note(endpoint, [now - KEPT_FOR - timedelta(seconds=1), now])
    assert not forget_old_deliveries(now)
    assert [each.time for each in Delivery.objects.all()] == [now]


def test_the_newest_deliveries_of_each_endpoint_are_kept(endpoint: Endpoint) -> None:
    now, other = database_time(), made("other", "https://x.example/")
    second = timedelta(seconds=1)
    note(endpoint, [now - number * second for number in range(MOST_KEPT + BATCH + 1)])
    note(other, [now - timedelta(days=1)])
    assert forget_old_deliveries(now)
    assert not forget_old_deliveries(now)
    kept = [each.time for each in endpoint.deliveries.all()]
    assert kept == [now - number * second for number in range(MOST_KEPT)]
    assert other.deliveries.count() == 1
