"""A request that is sent again with its idempotency key is carried out once, for every call."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from stoppress.newsroom.models import Article
from tests.newsroom.desk import told

from .caller import Caller

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
AT_ONCE = 6
DRAFTS = {"/publish", "/submit", "/discard"}


def ready(api, call):
    """Return the address of a call of an article that stands as the call needs it."""
    made = api.article(pub_status="withheld" if call in DRAFTS else "usable")
    address = f"/articles/{made['id']}"
    if call == "/restore":
        api.post(f"{address}/retract", {"note": "Wrong."})
    return f"{address}{call}"


CALLS = [
    ("", {"headline": "Bridge closes"}),
    ("/submit", None),
    ("/discard", {"note": "Overtaken."}),
    ("/publish", None),
    ("/publish", {"note": "At last."}),
    ("/correct", {"note": "The date.", "headline": "Bridge closes"}),
    ("/correct", {"note": "The date."}),
    ("/retract", {"note": "Wrong."}),
    ("/restore", None),
    ("/pin", None),
]


def send(api, address, said, **headers):
    patch = address.rsplit("/", 1)[1].isdigit()
    return (api.patch if patch else api.post)(address, said, **headers)


@pytest.mark.parametrize(("call", "said"), CALLS)
def test_a_call_sent_again_with_its_key_does_nothing_more(api, call, said):
    address = ready(api, call)
    version = str(Article.objects.get().version)
    first = send(api, address, said, Idempotency_Key=KEY, If_Match=version)
    events, versions = told(), Article.objects.get().versions.public().count()
    again = send(api, address, said, Idempotency_Key=KEY, If_Match=version)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert (told(), Article.objects.get().versions.public().count()) == (events, versions)


@pytest.mark.parametrize(("call", "said"), CALLS)
def test_one_of_several_simultaneous_calls_with_one_key_is_carried_out(api, call, said):
    address = ready(api, call)
    before = Article.objects.get().version
    together = threading.Barrier(AT_ONCE)

    def call_it(_: int) -> int:
        together.wait()
        try:
            return send(api, address, said, Idempotency_Key=KEY).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(call_it, range(AT_ONCE))) == {200}
    assert Article.objects.get().version == before + 1


def test_a_key_belongs_to_one_request(api):
    address = ready(api, "")
    api.patch(address, {"section": None, "headline": "A"}, Idempotency_Key=KEY)
    other = ready(api, "")
    for answer in (
        api.patch(address, {"headline": "A"}, Idempotency_Key=KEY),
        api.patch(address, {"headline": "B", "section": None}, Idempotency_Key=KEY),
        api.patch(other, {"headline": "A", "section": None}, Idempotency_Key=KEY),
        api.post(f"{address}/correct", {"note": "Wrong.", "headline": "A"}, Idempotency_Key=KEY),
        api.post("/articles", {"headline": "A"}, Idempotency_Key=KEY),
    ):
        assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
    assert told().count("put article.updated") == 1


def test_a_key_of_a_verb_belongs_to_its_token(api):
    address = ready(api, "")
    said = {"note": "The date.", "headline": "A"}
    api.post(f"{address}/correct", said, Idempotency_Key=KEY)
    Caller("another desk").post(f"{address}/correct", said, Idempotency_Key=KEY)
    assert told().count("put article.corrected") == 2


def test_a_refused_call_uses_no_key_up(api):
    address = ready(api, "")
    said = {"headline": "Bridge closes"}
    assert api.patch(address, said, Idempotency_Key=KEY, If_Match="9").status_code == 412
    assert api.patch(address, said, Idempotency_Key=KEY).status_code == 200
    assert api.patch(address, said, Idempotency_Key="a b").status_code == 400


@pytest.mark.parametrize(("call", "said"), CALLS)
def test_text_that_cannot_be_stored_is_refused_and_uses_no_key(api, call, said):
    address = ready(api, call)
    field = "note" if call else "headline"
    answer = send(api, address, {field: "a\ud800"}, Idempotency_Key=KEY)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert send(api, address, said, Idempotency_Key=KEY).status_code == 200
