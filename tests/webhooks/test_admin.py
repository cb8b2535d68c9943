"""Webhooks in the admin: made, changed, enabled, tested and rotated, by users with the right."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from standardwebhooks import Webhook

from stoppress.live.clock import database_time
from stoppress.live.log.history import read_head
from stoppress.newsroom.models import Article, AuditEntry
from stoppress.newsroom.publishing import create_article, publish_article, update_article
from stoppress.webhooks.attempt import Attempt
from stoppress.webhooks.models import Delivery, Endpoint
from stoppress.webhooks.recording import record_delivered
from stoppress.webhooks.stream import STREAM
from tests.newsroom.admin.editor import filled
from tests.newsroom.staff import browser_of, user_as

from .made import made, noted, refused

pytestmark = pytest.mark.django_db
HOOKS = "/admin/webhooks/endpoint/"
ADDRESS = "https://mails.example/hook?key=hidden"


@pytest.fixture
def chief() -> Client:
    return browser_of(user_as("Chief"))


def secret_in(answer: Any) -> str:
    """Return the secret that a page shows."""
    assert answer.status_code == 200
    [secret] = re.findall(r"<code>(whsec_[\w+/=]+)</code>", answer.content.decode())
    Webhook(secret)
    return secret


def save(browser: Client, endpoint: Endpoint, **changes: Any) -> Any:
    address = f"{HOOKS}{endpoint.pk}/change/"
    return browser.post(address, filled(browser.get(address).content.decode()) | changes)


def acts() -> list[tuple[str, str, str]]:
    entries = AuditEntry.objects.filter(object_kind="webhook").order_by("pk")
    return list(entries.values_list("act", "object_name", "detail"))


def test_a_new_webhook_starts_at_the_end_of_the_log_and_shows_its_secret_once(
    chief: Client,
) -> None:
    answer = chief.post(
        f"{HOOKS}add/", {"name": "mails", "url": ADDRESS, "events": ["article.published"]}
    )
    secret = secret_in(answer)
    assert "no-store" in answer["Cache-Control"]
    endpoint = Endpoint.objects.get()
    assert (endpoint.secret, endpoint.events) == (secret, ["article.published"])
    assert endpoint.cursor == str(read_head(STREAM).cursor)
    for address in (HOOKS, f"{HOOKS}{endpoint.pk}/change/", f"{HOOKS}{endpoint.pk}/history/"):
        assert secret not in chief.get(address).content.decode()
    assert secret not in str(chief.session.items()) + str(chief.cookies)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://mails.example/", "only to https addresses"),
        ("https://mails.example:8443/", "Port 8443 is not allowed"),
        ("https://u:p@mails.example/", "a user or a password"),
        ("file:///etc/passwd", "only from the command line"),
        ("mails", "Only http and https"),
    ],
)
def test_an_address_that_must_not_be_called_is_refused(chief: Client, url: str, words: str) -> None:
    page = chief.post(f"{HOOKS}add/", {"name": "mails", "url": url}).content.decode()
    assert words in page
    assert not Endpoint.objects.exists()


def test_http_is_accepted_on_a_private_network(chief: Client, settings: Settings) -> None:
    settings.STOPPRESS_FETCH_PRIVATE = True
    secret_in(chief.post(f"{HOOKS}add/", {"name": "mails", "url": "http://10.0.0.7:8000/hook"}))


def test_a_change_keeps_the_fields_that_the_sender_has_written_meanwhile(chief: Client) -> None:
    endpoint = made("mails", ADDRESS)
    address = f"{HOOKS}{endpoint.pk}/change/"
    form = filled(chief.get(address).content.decode())
    Endpoint.objects.update(cursor="7-0123456789abcdef", failures=3, retry_at=database_time())
    chief.post(address, form | {"name": "letters"})
    after = Endpoint.objects.get()
    assert (after.name, after.cursor, after.failures) == ("letters", "7-0123456789abcdef", 3)
    chief.post(address, form | {"name": "letters", "url": "https://letters.example/"})
    after = Endpoint.objects.get()
    assert (after.cursor, after.failures, after.retry_at) == ("7-0123456789abcdef", 0, None)


def test_an_action_needs_a_confirmation_and_is_audited(chief: Client) -> None:
    endpoint = made("mails", ADDRESS)
    before = endpoint.secret
    for act in ("rotate", "enable", "disable", "test"):
        page = chief.get(f"{HOOKS}{endpoint.pk}/{act}/")
        assert "“mails”" in page.content.decode()
    untouched = Endpoint.objects.get()
    assert (untouched.secret, untouched.enabled, untouched.test_asked) == (before, True, None)

    rotated = secret_in(chief.post(f"{HOOKS}{endpoint.pk}/rotate/"))
    chief.post(f"{HOOKS}{endpoint.pk}/disable/")
    chief.post(f"{HOOKS}{endpoint.pk}/test/")
    after = Endpoint.objects.get()
    assert after.secrets(database_time()) == [rotated, before]
    assert (after.enabled, after.note_in_words()) == (False, "It was disabled in the admin.")
    assert after.test_asked is not None
    chief.post(f"{HOOKS}{endpoint.pk}/enable/")
    assert Endpoint.objects.get().enabled
    save(chief, endpoint, url="https://letters.example/")
    chief.post(f"{HOOKS}{endpoint.pk}/delete/", {"post": "yes"})
    assert acts() == [
        ("webhook_added", "mails", ""),
        ("webhook_rotated", "mails", ""),
        ("webhook_disabled", "mails", ""),
        ("webhook_enabled", "mails", ""),
        ("webhook_changed", "mails", "url"),
        ("webhook_deleted", "mails", ""),
    ]
    told = str(list(AuditEntry.objects.values()))
    assert "hidden" not in told and "whsec_" not in told


def test_only_a_webhook_with_a_delivery_is_shown_as_working(chief: Client) -> None:
    endpoint = made("mails", ADDRESS)

    def state() -> str:
        [cell] = re.findall(r'class="field-state">([^<]+)<', chief.get(HOOKS).content.decode())
        assert cell in chief.get(f"{HOOKS}{endpoint.pk}/change/").content.decode()
        return str(cell)

    assert state() == "Nothing delivered yet"
    publish_article(create_article({"headline": "Bridge opens"}))
    step = refused(endpoint)
    assert state() == "Fails. The server answered 400 Bad Request."
    delivered = Attempt(Delivery.Result.DELIVERED, 204)
    record_delivered(Endpoint.objects.get(), step, delivered, database_time())
    assert state() == "Works"
    # What is enabled again, or has another address, was told nothing since.
    chief.post(f"{HOOKS}{endpoint.pk}/disable/")
    chief.post(f"{HOOKS}{endpoint.pk}/enable/")
    assert state() == "Nothing delivered since the last change"
    update_article(Article.objects.get(), {"headline": "Bridge is open"})
    record_delivered(Endpoint.objects.get(), refused(endpoint), delivered, database_time())
    assert state() == "Works"
    save(chief, endpoint, url="https://letters.example/")
    assert state() == "Nothing delivered since the last change"


def test_deliveries_are_listed_and_are_deleted_with_their_endpoint(chief: Client) -> None:
    endpoint = made("mails", ADDRESS)
    delivery = noted(endpoint)
    delivery.result, delivery.status = Delivery.Result.FAILED, None
    delivery.why = ["The server answered %(status)s.", {"status": "500 Internal Server Error"}]
    delivery.save()
    page = chief.get("/admin/webhooks/delivery/").content.decode()
    assert delivery.message in page and "The server answered 500" in page
    chief.post(f"{HOOKS}{endpoint.pk}/delete/", {"post": "yes"})
    assert not Endpoint.objects.exists() and not Delivery.objects.exists()


def test_a_second_webhook_of_the_same_name_is_refused(chief: Client) -> None:
    made("mails", ADDRESS)
    page = chief.post(f"{HOOKS}add/", {"name": "mails", "url": ADDRESS}).content.decode()
    assert "already exists" in page


def test_an_editor_has_no_webhooks() -> None:
    endpoint = made("mails", ADDRESS)
    editor = browser_of(user_as("Editor"))
    for address in (HOOKS, f"{HOOKS}{endpoint.pk}/rotate/", "/admin/webhooks/delivery/"):
        assert editor.get(address).status_code == 403
        assert editor.post(address).status_code == 403
