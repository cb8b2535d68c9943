"""The sender, against receivers on loopback that verify, refuse, hang and lie."""

import threading
from datetime import timedelta

import pytest

from stoppress.live.clock import database_time
from stoppress.live.log.history import read_after, read_head
from stoppress.newsroom.publishing import (
    create_article,
    publish_article,
    retract_article,
    update_article,
)
from stoppress.webhooks import attempt
from stoppress.webhooks.metrics import BEHIND, FAILING
from stoppress.webhooks.models import Delivery, Endpoint
from stoppress.webhooks.stream import STREAM

from .conftest import sending
from .made import made
from .receiver import Receiver
from .waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
Result = Delivery.Result


def publish(headlines: int) -> list[str]:
    """Publish some articles; return all the stream's cursors."""
    for number in range(headlines):
        publish_article(create_article({"headline": f"Bridge {number}"}))
    return cursors()


def cursors() -> list[str]:
    head = read_head(STREAM)
    return [str(frame.cursor) for frame in read_after(STREAM, head.floor, head, 1000) or []]


def is_at_head(endpoint: Endpoint) -> bool:
    return Endpoint.objects.get(pk=endpoint.pk).cursor == str(read_head(STREAM).cursor)


def test_every_event_arrives_once_in_order_with_its_cursor_as_id(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    told = publish(3)
    with sending():
        wait_for(lambda: is_at_head(endpoint))
        article = publish_article(create_article({"headline": "Bridge opens"}))
        update_article(article, {"headline": "Bridge is open"})
        retract_article(article, note="It is shut.")
        wait_for(lambda: is_at_head(endpoint))
    got = receiver.got(endpoint.secret)
    assert [each.id for each in got] == cursors()
    assert [each.id for each in got[:3]] == told
    assert [each.data["cursor"] for each in got] == cursors()
    assert got[-1].type == "article.retracted"
    noted = Delivery.objects.order_by("pk").values_list("message", "type", "attempt", "result")
    assert list(noted) == [(each.id, each.type, 1, Result.DELIVERED) for each in got]


def test_a_refused_message_is_retried_with_the_same_id_and_not_overtaken(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answers = [500, 302, 429]
    first, second = publish(2)
    with sending():
        for failures in (1, 2, 3):
            wait_for(lambda n=failures: Endpoint.objects.get().failures == n)
            waits = Endpoint.objects.get()
            assert waits.retry_at is not None and waits.retry_at > database_time()
            Endpoint.objects.update(retry_at=database_time())
        wait_for(lambda: is_at_head(endpoint))
    assert [each.id for each in receiver.got(endpoint.secret)] == [*[first] * 4, second]
    after = Endpoint.objects.get()
    assert (after.failures, after.failing_since, after.retry_at) == (0, None, None)
    statuses = Delivery.objects.order_by("pk").values_list("attempt", "status")
    assert list(statuses) == [(1, 500), (2, 302), (3, 429), (4, 204), (1, 204)]
    said = Delivery.objects.get(status=302).why_in_words()
    assert said == "The server answered 302 Found."


def test_a_receiver_that_answers_410_is_sent_nothing_more(
    endpoint: Endpoint, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers = [410]
    publish(2)
    with sending():
        wait_for(lambda: not Endpoint.objects.get().enabled)
    assert len(receiver.got(endpoint.secret)) == 1
    assert Endpoint.objects.get().note_in_words().startswith("The receiver answered 410 Gone")
    assert "the webhook 'archive' is disabled: The receiver answered 410" in caplog.text


def test_an_endpoint_that_failed_for_five_days_is_disabled_and_resumes_at_its_cursor(
    endpoint: Endpoint, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers = [503]
    told = publish(2)
    Endpoint.objects.update(failures=99, failing_since=database_time() - timedelta(days=5))
    with sending():
        wait_for(lambda: not Endpoint.objects.get().enabled)
        assert Endpoint.objects.get().note_in_words() == "It has failed for 5 days."
        assert "the webhook 'archive' is disabled: It has failed for 5 days." in caplog.text
        Endpoint.objects.get().enable()
        wait_for(lambda: is_at_head(endpoint))
    assert [each.id for each in receiver.got(endpoint.secret)] == [told[0], *told]


def test_a_receiver_that_hangs_holds_up_no_other(
    receiver: Receiver, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "SECONDS", 120.0)  # a slow machine reaches the others first
    done = threading.Event()
    made("hangs", receiver.hang(done.is_set))
    other = made("other", receiver.url)
    publish(2)
    with sending():
        try:
            wait_for(lambda: is_at_head(other))
            assert Endpoint.objects.get(name="hangs").failures == 0
        finally:
            done.set()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1/", "Messages are sent only to https addresses."),
        ("https://127.0.0.1/", "127.0.0.1 is not a public address."),
        ("https://127.0.0.1:8443/", "Port 8443 is not allowed."),
    ],
)
def test_a_message_does_not_go_into_our_own_network(url: str, words: str, db: None) -> None:
    endpoint = made("inside", url)
    publish(1)
    with sending():
        wait_for(lambda: Delivery.objects.exists())
    assert Delivery.objects.get().why_in_words().startswith(words)
    assert Endpoint.objects.get(pk=endpoint.pk).failures == 1


def test_both_secrets_sign_for_a_day(endpoint: Endpoint, receiver: Receiver) -> None:
    before = endpoint.secret
    secret = endpoint.rotate()
    publish(1)
    with sending():
        wait_for(lambda: is_at_head(endpoint))
    assert receiver.got(before) == receiver.got(secret)
    tomorrow = database_time() + timedelta(days=1, seconds=1)
    assert endpoint.secrets(tomorrow) == [secret]


def test_a_test_message_is_sent_even_to_a_disabled_endpoint(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    Endpoint.objects.update(enabled=False)
    publish(1)
    endpoint.ask_for_test()
    with sending():
        wait_for(lambda: Delivery.objects.exists())
    [got] = receiver.got(endpoint.secret)
    assert (got.type, got.data) == ("webhook.test", {"type": "test", "stream": STREAM})
    assert Endpoint.objects.get().test_asked is None


def test_an_endpoint_is_notified_of_a_restored_database(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    began = endpoint.cursor
    first = publish(1)[0]
    with sending():
        wait_for(lambda: is_at_head(endpoint))
        Endpoint.objects.update(cursor=began)  # as in a backup that is put in its place
        wait_for(lambda: len(receiver.got(endpoint.secret)) >= 3)
        wait_for(lambda: is_at_head(endpoint))
    ids = [each.id for each in receiver.got(endpoint.secret)]
    assert [ids[0], ids[2]] == [first, first]
    assert ids[1].startswith("reset-")


def test_a_cursor_of_another_log_leads_to_one_reset_and_all_that_the_log_has(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    told = publish(2)
    Endpoint.objects.update(cursor="7-0123456789abcdef")
    with sending():
        wait_for(lambda: is_at_head(endpoint))
    ids = [each.id for each in receiver.got(endpoint.secret)]
    assert ids[0].startswith("reset-") and ids[1:] == told


def test_a_broken_row_holds_up_no_other_endpoint(
    endpoint: Endpoint, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    Endpoint.objects.filter(pk=made("broken", receiver.url).pk).update(secret="whsec_")
    publish(1)
    with sending():
        wait_for(lambda: is_at_head(endpoint))
        wait_for(lambda: "the webhook 'broken': sending failed" in caplog.text)


def test_only_one_of_two_senders_moves_the_cursor(endpoint: Endpoint, receiver: Receiver) -> None:
    told = publish(5)
    with sending(), sending():
        wait_for(lambda: is_at_head(endpoint))
    ids = [each.id for each in receiver.got(endpoint.secret)]
    assert list(dict.fromkeys(ids)) == told
    noted = Delivery.objects.order_by("pk").values_list("message", flat=True)
    assert list(noted) == told


def test_a_stopped_sender_reports_no_webhook_as_failing(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    def measured() -> list[float]:
        return [metric.collect()[0].samples[0].value for metric in (FAILING, BEHIND)]

    receiver.answers = [500]
    publish(2)
    with sending():
        wait_for(lambda: measured() == [1, 2])
    assert measured() == [0, 0]
