"""The calls for the desk: submit, send back, discard, reopen, notes."""

import pytest

from stoppress.newsroom.models import Note
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import create_article

from .caller import Caller


@pytest.fixture
def writer(db):
    return Caller("reporter", Scope.WRITE)


def made(caller, headline="Bridge opens"):
    return caller.article(headline, pub_status="withheld")


def test_a_draft_goes_to_the_desk_and_back(api, writer):
    article = made(writer)
    own = f"/articles/{article['id']}"
    assert article["desk_state"] == "draft"
    submitted = writer.post(f"{own}/submit")
    assert (submitted.status_code, submitted.json()["desk_state"]) == (200, "submitted")
    assert writer.patch(own, {"body": "More."}).json()["desk_state"] == "submitted"
    back = api.post(f"{own}/send-back", {"note": "Who says so?"})
    assert back.json()["desk_state"] == "sent_back"
    writer.post(f"{own}/submit")
    published = api.post(f"{own}/publish").json()
    assert (published["pub_status"], published["desk_state"]) == ("usable", None)
    acts = [each["act"] for each in api.get(f"{own}/versions").json()["items"]]
    assert acts == ["publish", "submit", "send_back", "save", "submit", "create"]


def test_a_discarded_draft_is_in_no_list_that_does_not_ask_for_it(api):
    kept, article = made(api), made(api)
    own = f"/articles/{article['id']}"
    assert api.post(f"{own}/discard", {"note": "Overtaken."}).json()["desk_state"] == "discarded"
    listed = {each["id"] for each in api.get("/articles").json()["items"]}
    assert listed == {kept["id"]}
    [found] = api.get("/articles?desk_state=discarded").json()["items"]
    assert found["id"] == article["id"]
    for call in (api.post(f"{own}/publish"), api.patch(own, {"body": "More."})):
        assert call.status_code == 409
        assert "Reopen it first" in call.json()["detail"]
    assert api.post(f"{own}/reopen").json()["desk_state"] == "draft"


def test_a_writer_reopens_own_drafts_only(api, writer):
    for caller, status in ((writer, 200), (api, 403)):
        article = made(caller)
        api.post(f"/articles/{article['id']}/discard")
        answer = writer.post(f"/articles/{article['id']}/reopen")
        assert answer.status_code == status, answer.content
    assert "somebody else’s draft needs the scope publish" in answer.json()["detail"]


def test_a_user_with_the_tokens_name_is_another_actor(api, writer, django_user_model):
    user = django_user_model.objects.create_user("reporter")
    article = create_article({"headline": "Bridge opens"}, by="reporter", creator=user)
    api.post(f"/articles/{article.pk}/discard")
    assert writer.post(f"/articles/{article.pk}/reopen").status_code == 403


@pytest.mark.parametrize("call", ["send-back", "discard"])
def test_desk_verbs_need_the_scope_publish(writer, call):
    article = made(writer)
    answer = writer.post(f"/articles/{article['id']}/{call}", {"note": "No."})
    assert answer.status_code == 403


def test_a_wrong_state_and_a_missing_note_are_refused(api):
    article = made(api)
    own = f"/articles/{article['id']}"
    assert api.post(f"{own}/send-back", {"note": "No."}).status_code == 409
    assert api.post(f"{own}/send-back", {"note": " "}).status_code == 422
    assert api.post(f"{own}/submit", If_Match='"7"').status_code == 412
    assert api.post("/articles/0/submit").status_code == 404
    assert api.post("/articles/0/reopen").status_code == 404


def test_a_submission_sent_twice_is_carried_out_once(writer):
    own = f"/articles/{made(writer)['id']}"
    answers = [writer.post(f"{own}/submit", Idempotency_Key="k1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


def test_notes_are_written_and_read_and_never_twice(api, writer):
    own = f"/articles/{made(writer)['id']}/notes"
    first = writer.post(own, {"text": "Ask the mayor."}, Idempotency_Key="k1")
    again = writer.post(own, {"text": "Ask the mayor."}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["by"] == "reporter"
    api.post(own, {"text": "He is away."})
    listed = api.get(own).json()["items"]
    assert [note["text"] for note in listed] == ["He is away.", "Ask the mayor."]
    other = writer.post(own, {"text": "Else."}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")
    second = [writer.post(own, {"text": "Ask the mayor."}, Idempotency_Key="k2") for _ in range(2)]
    assert second[0].json() == second[1].json() != first.json()
    assert Note.objects.count() == 3


@pytest.mark.parametrize("text", ["line a\r\nline b", "Z" + 9 * "\u0301", "  Ask.  "])
def test_a_note_is_stored_as_checked_and_written_once(writer, text):
    own = f"/articles/{made(writer)['id']}/notes"
    answers = [writer.post(own, {"text": text}, Idempotency_Key="k1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()


def test_an_empty_note_is_refused(writer):
    own = f"/articles/{made(writer)['id']}/notes"
    for text in ("", "\u200b", "x" * 2001):
        answer = writer.post(own, {"text": text})
        assert (answer.status_code, answer.json()["field"]) == (422, "text")
    assert writer.post("/articles/0/notes", {"text": "No."}).status_code == 404
