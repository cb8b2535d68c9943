"""Users who may change webhooks can skip a message that is always refused, and no other."""

import pytest
from django.test import Client

from stoppress.live.clock import database_time
from stoppress.live.log.history import read_head
from stoppress.newsroom.models import Article, AuditEntry
from stoppress.newsroom.publishing import create_article, publish_article, retract_article
from stoppress.webhooks.attempt import Attempt
from stoppress.webhooks.models import Delivery, Endpoint
from stoppress.webhooks.next_step import Send, next_step
from stoppress.webhooks.recording import record_delivered, record_failed
from stoppress.webhooks.skipping import find_stuck, skip
from stoppress.webhooks.stream import STREAM
from tests.newsroom.admin.editor import filled
from tests.newsroom.staff import browser_of, user_as

from .conftest import sending
from .made import made, refused
from .receiver import Receiver
from .waiting import wait_for

ADDRESS = "https://mails.example/hook?key=hidden"
Result = Delivery.Result


def skip_page(endpoint: Endpoint) -> str:
    return f"/admin/webhooks/endpoint/{endpoint.pk}/skip/"


@pytest.fixture
def chief(db: None) -> Client:
    return browser_of(user_as("Chief"))


@pytest.fixture
def mails(db: None) -> Endpoint:
    """An endpoint that has not received an article and its withdrawal."""
    endpoint = made("mails", ADDRESS)
    retract_article(publish(), note="It was never so.")
    return endpoint


def publish() -> Article:
    return publish_article(create_article({"headline": "Bridge opens"}))


def next_message(endpoint: Endpoint) -> Send:
    step = next_step(Endpoint.objects.get(pk=endpoint.pk), database_time())
    assert isinstance(step, Send)
    return step


@pytest.mark.django_db
def test_the_message_is_shown_skipped_listed_and_audited(chief: Client, mails: Endpoint) -> None:
    skipped = refused(mails)
    refused(mails)
    form = f"/admin/webhooks/endpoint/{mails.pk}/change/"
    assert skip_page(mails) in chief.get(form).content.decode()
    asked = chief.get(skip_page(mails)).content.decode()
    key = f"article:{Article.objects.get().pk}"
    for words in (skipped.message.id, skipped.message.type, key, "400 Bad Request", "Bad Request"):
        assert words in asked
    answer = chief.post(skip_page(mails), filled(asked), follow=True).content.decode()
    assert "“mails”: done." in answer and "Nothing delivered yet" in answer

    after = Endpoint.objects.get()
    assert after.cursor == str(skipped.cursor)
    assert (after.failures, after.failing_since, after.retry_at) == (0, None, None)
    assert next_message(mails).message.type == "article.retracted"
    row = Delivery.objects.get(result=Result.SKIPPED)
    assert (row.message, row.type) == (skipped.message.id, skipped.message.type)
    assert (row.attempt, row.status) == (2, None)
    listed = chief.get("/admin/webhooks/delivery/?result__exact=skipped").content.decode()
    assert row.message in listed and ">Skipped</td>" in listed
    entry = AuditEntry.objects.get(act=AuditEntry.Act.WEBHOOK_SKIPPED)
    assert (entry.actor, entry.object_name) == ("chief", "mails")
    assert entry.detail == f"{skipped.message.type} {skipped.message.id}"
    assert skip_page(mails) not in chief.get(form).content.decode()


@pytest.mark.django_db
def test_nothing_is_skipped_while_nothing_has_failed(chief: Client, mails: Endpoint) -> None:
    waiting = next_message(mails).message.id
    for answer in (
        chief.get(skip_page(mails), follow=True),
        chief.post(skip_page(mails), {"message": waiting}, follow=True),
    ):
        assert "there is no failed message to skip" in answer.content.decode()
    assert Endpoint.objects.get().cursor == mails.cursor
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_only_the_message_that_was_shown_is_skipped(chief: Client, mails: Endpoint) -> None:
    first = refused(mails)
    shown = filled(chief.get(skip_page(mails)).content.decode())
    read = Endpoint.objects.get()
    record_delivered(read, first, Attempt(Result.DELIVERED, 204), database_time())
    second = refused(mails)
    answer = chief.post(skip_page(mails), shown, follow=True).content.decode()
    assert "another message is next now" in answer
    assert next_message(mails) == second
    asked = chief.get(skip_page(mails)).content.decode()
    assert "withdraws content" in asked


@pytest.mark.django_db
def test_a_message_that_was_not_tried_is_not_skipped_after_another_choice_of_events(
    mails: Endpoint,
) -> None:
    refused(mails)
    Endpoint.objects.update(events=["article.corrected"])
    assert next_message(mails).message.type == "article.retracted"
    assert find_stuck(Endpoint.objects.get(), database_time()) is None


@pytest.mark.django_db
def test_a_simultaneous_delivery_and_skip_move_the_cursor_once(mails: Endpoint) -> None:
    step = refused(mails)
    sender, now = Endpoint.objects.get(), database_time()
    stuck = find_stuck(Endpoint.objects.get(), now)
    late = find_stuck(Endpoint.objects.get(), now)
    assert stuck and late and skip(stuck, now)
    after = Endpoint.objects.values().get()
    # What comes of the attempt that was under way, and of a second press of the button.
    assert not record_delivered(sender, step, Attempt(Result.DELIVERED, 204), now)
    record_failed(sender, step, Attempt(Result.FAILED), now, lambda: 0.0)
    assert not skip(late, now)
    assert Endpoint.objects.values().get() == after
    assert list(Delivery.objects.filter(result=Result.SKIPPED).values_list("message")) == [
        (step.message.id,)
    ]


@pytest.mark.django_db
def test_an_editor_skips_nothing(mails: Endpoint) -> None:
    step = refused(mails)
    editor = browser_of(user_as("Editor"))
    assert editor.get(skip_page(mails)).status_code == 403
    assert editor.post(skip_page(mails), {"message": step.message.id}).status_code == 403
    assert Endpoint.objects.get().cursor == mails.cursor


@pytest.mark.django_db(transaction=True)
def test_the_running_sender_continues_with_the_next_message(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answers = [400]
    publish()
    publish()
    with sending():
        wait_for(lambda: Endpoint.objects.get().failures == 1)
        stuck = find_stuck(Endpoint.objects.get(), database_time())
        assert stuck and skip(stuck, database_time())
        wait_for(lambda: Endpoint.objects.get().cursor == str(read_head(STREAM).cursor))
    first, second = receiver.got(endpoint.secret)
    assert first.id == stuck.step.message.id != second.id
    results = Delivery.objects.order_by("pk").values_list("message", "result")
    assert list(results) == [
        (first.id, Result.REFUSED),
        (first.id, Result.SKIPPED),
        (second.id, Result.DELIVERED),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_reset_that_was_skipped_is_not_sent_again(endpoint: Endpoint, receiver: Receiver) -> None:
    began = endpoint.cursor
    publish()
    with sending():
        wait_for(lambda: Endpoint.objects.get().cursor == str(read_head(STREAM).cursor))
        receiver.answers = [400]
        Endpoint.objects.update(cursor=began)  # as in a backup that is put in its place
        wait_for(lambda: Endpoint.objects.get().failures == 1)
        stuck = find_stuck(Endpoint.objects.get(), database_time())
        assert stuck and stuck.step.message.type == "webhook.reset"
        assert skip(stuck, database_time())
        wait_for(lambda: Endpoint.objects.get().cursor == str(read_head(STREAM).cursor))
    types = [each.type for each in receiver.got(endpoint.secret)]
    assert types == ["article.published", "webhook.reset", "article.published"]
