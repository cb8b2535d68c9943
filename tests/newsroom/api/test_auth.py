"""The scopes of API tokens, and the answers to a token without the scope."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from stoppress.newsroom.models import ApiToken, Article, Version
from stoppress.newsroom.models.token import Scope

from .caller import Caller

SOON = "2999-01-01T00:00:00Z"
VERBS = {
    "publish": {},
    "correct": {"note": "x"},
    "retract": {"note": "x"},
    "restore": {},
    "pin": {},
    "unpin": {},
}


def challenge(answer, status, error):
    """Return the detail of a refused token's answer, and its challenge."""
    assert answer.status_code == status
    told = answer["WWW-Authenticate"]
    assert told.startswith('Bearer realm="Stop Press"') and f'error="{error}"' in told
    return answer.json()["detail"], told


def lacks(answer, scope):
    """Return whether an answer names a scope as the one that is missing."""
    detail, told = challenge(answer, 403, "insufficient_scope")
    return f"needs the scope {scope};" in detail and f'scope="{scope}"' in told


@pytest.fixture
def reader(db):
    return Caller("reader", Scope.READ)


@pytest.fixture
def writer(db):
    return Caller("writer", Scope.WRITE)


def test_a_token_for_reading_changes_nothing(api, reader):
    made = api.article(pub_status="withheld")
    assert reader.get("/articles").json()["items"] == [made]
    assert reader.get(f"/articles/{made['id']}").json() == made
    assert lacks(reader.post("/articles", {"headline": "x", "pub_status": "withheld"}), "write")
    assert lacks(reader.patch(f"/articles/{made['id']}", {"headline": "x"}), "write")
    for verb, body in VERBS.items():
        assert lacks(reader.post(f"/articles/{made['id']}/{verb}", body), "publish")
    assert Article.objects.get().headline == "Bridge opens"


def test_a_token_for_writing_makes_and_changes_drafts_and_publishes_none(writer):
    made = writer.article(pub_status="withheld", body="One.")
    changed = writer.patch(f"/articles/{made['id']}", {"body": "Two.", "embargoed_until": SOON})
    assert changed.status_code == 200 and changed.json()["body"] == "Two."
    assert writer.get(f"/articles/{made['id']}").status_code == 200
    for verb, body in VERBS.items():
        assert lacks(writer.post(f"/articles/{made['id']}/{verb}", body), "publish")
    assert not Article.objects.public().exists()


@pytest.mark.parametrize(
    "said",
    [{}, {"pub_status": "usable"}, {"pub_status": "withheld", "publish_at": SOON}],
)
def test_a_token_for_writing_publishes_nothing_now_or_later(writer, said):
    assert lacks(writer.post("/articles", {"headline": "x", **said}), "publish")
    assert not Article.objects.exists()


@pytest.mark.parametrize("change", [{"headline": "x"}, {"publish_at": None}, {"urgency": 1}, {}])
def test_a_token_for_writing_changes_no_public_or_scheduled_article(api, writer, change):
    scheduled = api.article("Tomorrow", publish_at=SOON)
    public = api.article("Today")
    retracted = api.article("Yesterday")
    api.post(f"/articles/{retracted['id']}/retract", {"note": "It was a drill."})
    before = Article.objects.order_by("pk").values_list("pk", "version")
    known = list(before)
    for article in (scheduled, public, retracted):
        assert lacks(writer.patch(f"/articles/{article['id']}", change), "publish")
    assert list(before.all()) == known and Version.objects.public().count() == 3


def test_a_token_for_writing_schedules_no_draft(writer):
    made = writer.article(pub_status="withheld")
    assert lacks(writer.patch(f"/articles/{made['id']}", {"publish_at": SOON}), "publish")
    assert Article.objects.get().publish_at is None


def test_a_token_for_publishing_may_make_every_call(api):
    made = api.article(pub_status="withheld")
    for verb, body in VERBS.items():
        assert api.post(f"/articles/{made['id']}/{verb}", body).status_code == 200
    assert api.patch(f"/articles/{made['id']}", {"urgency": 1}).status_code == 200


def test_only_the_holder_of_an_ended_token_learns_why_it_ended(api):
    ApiToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    detail, _ = challenge(api.get("/articles"), 401, "invalid_token")
    assert detail == "This token has expired."
    assert ApiToken.objects.get().last_used is None

    api.token.revoke()
    assert challenge(api.get("/articles"), 401, "invalid_token")[0] == "This token was revoked."

    stranger = Client(headers={"Authorization": f"Bearer {api.secret[:-1]}"})
    detail, _ = challenge(stranger.get("/api/articles"), 401, "invalid_token")
    assert detail == "There is no such token."


def test_a_request_without_a_token_gets_a_challenge_without_an_error_code(db):
    # RFC 6750 section 3.1: no error code where there is no authentication information.
    answer = Client().get("/api/articles")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Stop Press"'


LIFTS = [{"pinned": True}, {"top_until": SOON}, {"urgency": 1}, {"urgency": 3}]


@pytest.mark.parametrize("fields", [*LIFTS, {"publish_at": SOON}])
def test_a_field_needs_the_same_scope_whichever_way_it_is_written(api, writer, fields):
    new = {"headline": "Bridge opens", "pub_status": "withheld"}
    assert lacks(writer.post("/articles", new | fields), "publish")
    made = writer.article(pub_status="withheld")
    answer = writer.patch(f"/articles/{made['id']}", {"headline": "x"} | fields)
    assert lacks(answer, "publish")
    assert Article.objects.get().version == made["version"]
    assert api.patch(f"/articles/{made['id']}", fields).status_code == 200
    assert api.post("/articles", new | fields).status_code == 201


def test_a_token_for_writing_may_send_unchanged_values(api, writer):
    same = {"urgency": 5, "pinned": False, "top_until": None, "publish_at": None}
    writer.article(pub_status="withheld", **same)
    lifted = {"pinned": True, "urgency": 1, "top_until": SOON}
    made = api.article(pub_status="withheld", **lifted)
    assert writer.patch(f"/articles/{made['id']}", {"summary": "x"} | lifted).status_code == 200
    unlifted = writer.patch(f"/articles/{made['id']}", {"pinned": False})
    assert lacks(unlifted, "publish")
    assert unlifted.json()["detail"].startswith("A place above the others needs the scope")


def test_a_token_for_writing_neither_lifts_nor_shortens_an_embargo(writer):
    address = f"/articles/{writer.article(pub_status='withheld', embargoed_until=SOON)['id']}"
    for earlier in (None, "2998-01-01T00:00:00Z"):
        answer = writer.patch(address, {"embargoed_until": earlier})
        assert lacks(answer, "publish") and "end of an embargo" in answer.json()["detail"]
    longer = "2999-02-01T00:00:00.000Z"
    assert writer.patch(address, {"embargoed_until": longer}).json()["embargoed_until"] == longer
