"""The result of a message sent while an editor changed the webhook."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from stoppress.live.clock import database_time
from stoppress.newsroom.publishing import create_article, publish_article
from stoppress.webhooks.attempt import Attempt
from stoppress.webhooks.models import DISABLED_BY_HAND, TRYING, Delivery, Endpoint
from stoppress.webhooks.next_step import Send, next_step
from stoppress.webhooks.recording import record_delivered, record_failed

pytestmark = pytest.mark.django_db
Result = Delivery.Result
FAILED = Attempt(Result.FAILED)


@pytest.fixture
def sent(endpoint: Endpoint) -> tuple[Endpoint, Send]:
    """An endpoint that has failed for days, as it was read, and the message on its way to it."""
    publish_article(create_article({"headline": "Bridge opens"}))
    since = database_time() - timedelta(days=5, hours=1)
    Endpoint.objects.update(failures=200, failing_since=since)
    read = Endpoint.objects.get()
    step = next_step(read, database_time())
    assert isinstance(step, Send)
    return read, step


def new_address(endpoint: Endpoint) -> None:
    endpoint.url += "?new"
    endpoint.try_again()
    endpoint.save(update_fields=["url", *TRYING])


def disabled(endpoint: Endpoint) -> None:
    endpoint.disable(DISABLED_BY_HAND)


@pytest.mark.parametrize("change", [new_address, Endpoint.enable, disabled])
@pytest.mark.parametrize("made", [FAILED, Attempt(Result.REFUSED, 410)])
def test_a_failure_that_comes_late_changes_nothing(
    sent: tuple[Endpoint, Send], change: Callable[[Endpoint], None], made: Attempt
) -> None:
    change(Endpoint.objects.get())
    before = Endpoint.objects.values().get()
    record_failed(*sent, made, database_time(), lambda: 0.0)
    assert Endpoint.objects.values().get() == before


def test_a_message_sent_to_the_old_address_is_sent_to_the_new_one(
    sent: tuple[Endpoint, Send],
) -> None:
    new_address(Endpoint.objects.get())
    assert not record_delivered(*sent, Attempt(Result.DELIVERED, 204), database_time())
    assert Endpoint.objects.get().cursor == sent[0].cursor


def test_a_delivered_message_is_not_sent_again_after_disabling(
    sent: tuple[Endpoint, Send],
) -> None:
    disabled(Endpoint.objects.get())
    assert record_delivered(*sent, Attempt(Result.DELIVERED, 204), database_time())
    after = Endpoint.objects.get()
    assert (after.cursor, after.enabled) == (str(sent[1].cursor), False)


def test_two_failures_around_days_of_downtime_do_not_disable_an_endpoint(
    sent: tuple[Endpoint, Send],
) -> None:
    Endpoint.objects.update(failures=1)
    record_failed(Endpoint.objects.get(), sent[1], FAILED, database_time(), lambda: 0.0)
    after = Endpoint.objects.get()
    assert (after.failures, after.enabled) == (2, True)
