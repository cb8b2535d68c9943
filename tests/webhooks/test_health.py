"""The report of `stoppress doctor` about webhooks."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.live.clock import database_time
from stoppress.webhooks.health import complaints, overdue
from stoppress.webhooks.models import DISABLED_BY_HAND, Delivery, Endpoint
from stoppress.webhooks.recording import GONE

from .made import made, noted

pytestmark = pytest.mark.django_db


def test_a_working_or_manually_disabled_webhook_is_no_problem() -> None:
    made("mails", "https://x.example/")
    made("letters", "https://x.example/").disable(DISABLED_BY_HAND)
    assert list(complaints()) == []


def test_a_failing_webhook_is_named_with_the_reason() -> None:
    since = datetime(2026, 11, 22, 9, tzinfo=UTC)
    endpoint = made("mails", "https://x.example/?key=hidden")
    Endpoint.objects.update(failures=7, failing_since=since)
    delivery = noted(endpoint)
    delivery.result = Delivery.Result.REFUSED
    delivery.why = ["The server answered %(status)s.", {"status": "404 Not Found"}]
    delivery.save()
    noted(endpoint).save()  # a test message that was delivered
    assert list(complaints()) == [
        "The webhook 'mails' has failed since 2026-11-22 09:00 UTC (7 attempts). "
        "The server answered 404 Not Found."
    ]


def test_a_webhook_that_was_given_up_is_named() -> None:
    made("mails", "https://x.example/").disable(GONE)
    [line] = complaints()
    assert line.startswith("The webhook 'mails' is disabled: The receiver answered 410 Gone")


def test_a_test_message_and_the_message_of_a_restore_are_overdue_as_events_are() -> None:
    made("mails", "https://x.example/").disable(DISABLED_BY_HAND)
    made("letters", "https://x.example/")
    now = database_time()
    assert overdue(now) == 0
    Endpoint.objects.filter(name="mails").update(test_asked=now)
    Endpoint.objects.filter(name="letters").update(history_changed=now)
    assert (overdue(now - timedelta(seconds=1)), overdue(now)) == (0, 2)
    Endpoint.objects.update(retry_at=now + timedelta(hours=1))
    assert overdue(now) == 1  # a test message does not wait for the next attempt
    Endpoint.objects.update(enabled=False, test_asked=None)
    assert overdue(now) == 0
