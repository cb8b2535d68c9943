"""A new article is made once, even if its request is repeated or sent simultaneously."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article, IdempotencyKey

from .caller import Caller

pytestmark = pytest.mark.django_db(transaction=True)

KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
AT_ONCE = 8


def test_an_external_id_makes_one_article(api):
    first = api.post("/articles", {"headline": "Bridge opens", "external_id": "desk-7"})
    second = api.post("/articles", {"headline": "Bridge opens early", "external_id": "desk-7"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert second["ETag"] == first["ETag"]
    assert len(live.snapshot("news").items) == 1


def test_an_external_id_is_the_same_from_any_token(api):
    api.article(external_id="desk-7")

    again = Caller("another desk").post("/articles", {"headline": "x", "external_id": "desk-7"})

    assert again.status_code == 200


def test_each_request_without_an_external_id_makes_an_article(api):
    api.article(external_id="")
    api.article(external_id="")
    api.article()

    assert Article.objects.count() == 3


def test_an_external_id_is_read_without_the_space_around_it(api):
    api.article(external_id="desk-7")

    again = api.post("/articles", {"headline": "Bridge opens", "external_id": " desk-7 "})

    assert again.status_code == 200


def test_an_external_id_of_another_source_is_another_article(api):
    Article.objects.create(headline="Ingested", source="Gazette", external_id="desk-7")

    assert api.article(external_id="desk-7")["headline"] == "Bridge opens"


def test_a_key_makes_one_article(api):
    first = api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY)
    second = api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()


def test_a_repeated_request_is_answered_with_the_article_as_it_is_now(api):
    made = api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY).json()
    api.patch(f"/articles/{made['id']}", {"headline": "Bridge opens early"})

    again = api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY)

    assert again.json()["headline"] == "Bridge opens early"


def test_a_key_with_another_body_is_refused(api):
    api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY)

    answer = api.post("/articles", {"headline": "Ferry stops"}, Idempotency_Key=KEY)

    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"
    assert Article.objects.count() == 1


def test_the_same_fields_in_another_order_are_the_same_body(api):
    said = {"headline": "Bridge opens", "urgency": 3, "pub_status": "usable"}
    api.post("/articles", said, Idempotency_Key=KEY)
    del said["pub_status"]  # its default

    again = api.post("/articles", dict(reversed(said.items())), Idempotency_Key=KEY)

    assert again.status_code == 200


def test_a_key_is_the_same_with_and_without_its_quotes(api):
    api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key='"abc"')

    again = api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key="abc")

    assert again.status_code == 200


def test_a_key_belongs_to_its_token(api):
    api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY)

    other = Caller("another desk").post(
        "/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY
    )

    assert other.status_code == 201


@pytest.mark.parametrize("key", ["", '""', " ", "two words", '"', '"a', "é", "x" * 256, "a,b\tc"])
def test_a_malformed_key_is_refused(api, key):
    answer = api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=key)

    assert answer.status_code == 400
    assert answer.json()["field"] == "Idempotency-Key"


def test_a_key_that_matched_an_existing_article_is_stored_too(api):
    said = {"headline": "Bridge opens", "external_id": "desk-7"}
    api.post("/articles", said)
    api.post("/articles", said, Idempotency_Key=KEY)

    other = api.post("/articles", {"headline": "Ferry stops"}, Idempotency_Key=KEY)

    assert other.status_code == 422


def test_a_key_is_forgotten_after_48_hours(api):
    api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY)
    IdempotencyKey.objects.update(created=timezone.now() - timedelta(hours=48, seconds=1))

    again = api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY)

    assert again.status_code == 201
    assert IdempotencyKey.objects.count() == 1


def test_only_hashes_of_key_and_body_are_stored(api):
    api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key="secret-key")

    stored = str(IdempotencyKey.objects.values().get())
    assert "secret-key" not in stored
    assert "Bridge" not in stored


def test_a_refused_request_uses_no_key_up(api):
    refused = api.post(
        "/articles", {"headline": "Bridge opens", "section": "nowhere"}, Idempotency_Key=KEY
    )

    assert refused.status_code == 422
    assert api.post("/articles", {"headline": "x"}, Idempotency_Key=KEY).status_code == 201


@pytest.mark.parametrize(
    ("said", "headers"),
    [
        ({"external_id": "desk-7"}, {}),
        ({}, {"Idempotency_Key": KEY}),
        ({"external_id": "desk-7"}, {"Idempotency_Key": KEY}),
    ],
)
def test_requests_at_one_moment_make_one_article(api, said, headers):
    together = threading.Barrier(AT_ONCE)

    def send(_: int) -> tuple[int, int]:
        together.wait()
        try:
            answer = api.post("/articles", {"headline": "Bridge opens"} | said, **headers)
            return answer.status_code, answer.json()["id"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as callers:
        answers = list(callers.map(send, range(AT_ONCE)))

    assert sorted(status for status, _ in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({article_id for _, article_id in answers}) == 1
    assert Article.objects.count() == 1
    assert [item["headline"] for item in live.snapshot("news").items] == ["Bridge opens"]
    assert str(live.snapshot("news").cursor).startswith("1-")


@pytest.mark.backend("postgres")
def test_a_machine_with_a_fast_clock_forgets_no_key(api, fast_machine):
    api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY)
    made = IdempotencyKey.objects.get().created
    assert made <= datetime.now(UTC)  # of the machine under the test
    IdempotencyKey.objects.update(created=made - timedelta(hours=48) + fast_machine / 2)

    again = api.post("/articles", {"headline": "Bridge opens"}, Idempotency_Key=KEY)

    assert again.status_code == 200


@pytest.mark.backend("postgres")
def test_a_machine_with_a_fast_clock_publishes_nothing_before_its_time(api, fast_machine):
    later = datetime.now(UTC) + fast_machine / 2

    made = api.post("/articles", {"headline": "Held", "embargoed_until": later.isoformat()})

    assert made.json()["pub_status"] == "withheld"
