"""The calls for an article's history."""

import pytest

from stoppress.newsroom.models.token import Scope
from tests.logged import logged

from .caller import Caller

SECRET = "Zanzibar"


@pytest.fixture
def own(api):
    article = api.article(f"{SECRET} stole", body=SECRET, urgency=3)
    own = f"/articles/{article['id']}"
    corrected = {"note": "Not so.", "headline": "Money is gone", "body": "It is gone."}
    assert api.post(f"{own}/correct", corrected).status_code == 200
    return own


def test_versions_are_listed_the_latest_first(api, own):
    versions = api.get(f"{own}/versions").json()
    told = [(each["version"], each["act"], each["public"]) for each in versions["items"]]
    assert told == [(3, "correction", True), (2, "publish", True), (1, "create", False)]
    assert (versions["items"][0]["note"], versions["items"][0]["by"]) == ("Not so.", "wire desk")
    assert versions["next"] is None


def test_a_list_is_read_in_pages(api, own):
    first = api.get(f"{own}/versions?limit=2").json()
    rest = api.get(f"{own}/versions?limit=2&before={first['next']}").json()
    assert [each["version"] for each in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] is None


def test_a_version_has_its_texts_and_fields(api, own):
    version = api.get(f"{own}/versions/2").json()
    assert (version["headline"], version["body"]) == (f"{SECRET} stole", SECRET)
    assert (version["body_format"], version["fields"]["urgency"]) == ("markdown", 3)
    for missing in ("9", "99999999999999999999", "0"):
        assert api.get(f"{own}/versions/{missing}").status_code in {404, 422}


def test_versions_are_withdrawn_together(api, own):
    body = {"note": "Libel.", "also": [1]}
    answer = api.post(f"{own}/versions/2/withdraw", body, Idempotency_Key="k1")
    assert answer.status_code == 200, answer.content
    assert (
        api.post(f"{own}/versions/2/withdraw", body, Idempotency_Key="k1").json() == answer.json()
    )
    versions = api.get(f"{own}/versions").json()["items"]
    assert [each["withdrawn"] for each in versions] == [False, False, True, True]
    version = api.get(f"{own}/versions/2").json()
    assert (version["headline"], version["body"]) == ("", "")
    assert version["fields"] == {"source_type": "people"}
    assert not logged(item__contains=SECRET).exists()


def test_a_withdrawal_that_is_not_possible_is_refused(api, own):
    for number, body, status in (
        (3, {"note": "Libel."}, 409),
        (2, {"note": " "}, 422),
        (2, {"note": "Libel.", "also": [7]}, 422),
        (7, {"note": "Libel."}, 404),
    ):
        answer = api.post(f"{own}/versions/{number}/withdraw", body)
        assert answer.status_code == status, answer.content
    missing = api.post(f"{own}/versions/2/withdraw", {"note": "Libel.", "also": [1, 7]}).json()
    words = "also names version 7, which does not exist."
    assert missing == {"detail": words, "field": "also"}
    writer = Caller("reporter", Scope.WRITE)
    answer = writer.post(f"{own}/versions/2/withdraw", {"note": "Libel."})
    assert answer.status_code == 403


def test_the_versions_of_a_retracted_article_have_no_text(api, own):
    api.post(f"{own}/retract", {"note": "Made up."})
    listed = api.get(f"{own}/versions")
    assert [each["note"] for each in listed.json()["items"]] == ["Made up.", "", "", ""]
    one = api.get(f"{own}/versions/2")
    for answer in (listed, one):
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()
        assert "Money is gone" not in answer.content.decode()
    assert one.json()["fields"] == {}
