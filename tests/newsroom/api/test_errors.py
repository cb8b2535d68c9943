"""The errors of the publish API, and their messages."""

import json
import sqlite3
from contextlib import closing

import pytest
from django.db import connection
from django.test import Client

from stoppress.newsroom.models import ApiToken, Article, Section
from stoppress.newsroom.token_uses import resting

pytestmark = pytest.mark.django_db


def refusal(answer, status):
    """Return the detail and the field of an error."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    return answer.json()["detail"], answer.json().get("field")


CALLS = [
    ("POST", "/articles"),
    ("GET", "/articles"),
    ("GET", "/articles/1"),
    ("PATCH", "/articles/1"),
    ("POST", "/articles/1/publish"),
    ("POST", "/articles/1/correct"),
    ("POST", "/articles/1/retract"),
    ("POST", "/articles/1/restore"),
    ("POST", "/articles/1/pin"),
    ("POST", "/articles/1/unpin"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer sp_wrong", "Basic c3A6c3A=", "Token sp_wrong"]
)
def test_every_call_needs_a_token(method, path, header):
    headers = {} if header is None else {"Authorization": header}

    answer = Client().generic(method, f"/api{path}", headers=headers)

    detail, _ = refusal(answer, 401)
    assert "token" in detail
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_is_refused(api):
    ApiToken.objects.get().revoke()

    refusal(api.get("/articles"), 401)


def test_the_scheme_is_read_in_any_case(api):
    answer = Client().get("/api/articles", headers={"Authorization": f"bearer {api.secret}"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "headline"),
        ({"headline": ""}, "headline"),
        ({"headline": "   "}, "headline"),
        ({"headline": None}, "headline"),
        ({"headline": 7}, "headline"),
        ({"headline": "x" * 301}, "headline"),
        ({"headline": "two\nlines"}, "headline"),
        ({"headline": "a\x00b"}, "headline"),
        ({"headline": "a", "body": "\x00"}, "body"),
        ({"headline": "a", "body": "\ud800"}, "body"),
        ({"headline": "a", "body": None}, "body"),
        ({"headline": "a", "body": "x" * 300_000}, "body"),
        ({"headline": "a", "body_format": "latex"}, "body_format"),
        ({"headline": "a", "urgency": 0}, "urgency"),
        ({"headline": "a", "urgency": 10}, "urgency"),
        ({"headline": "a", "urgency": "5"}, "urgency"),
        ({"headline": "a", "urgency": True}, "urgency"),
        ({"headline": "a", "pinned": "yes"}, "pinned"),
        ({"headline": "a", "section": "nowhere"}, "section"),
        ({"headline": "a", "section": "\x00"}, "section"),
        ({"headline": "a", "section": 1}, "section"),
        ({"headline": "a", "pub_status": "canceled"}, "pub_status"),
        ({"headline": "a", "publish_at": "tomorrow"}, "publish_at"),
        ({"headline": "a", "publish_at": "2026-11-22T09:00:00"}, "publish_at"),
        ({"headline": "a", "publish_at": 1763802000}, "publish_at"),
        ({"headline": "a", "publish_at": "1763802000"}, "publish_at"),
        ({"headline": "a", "publish_at": "1763802000.5"}, "publish_at"),
        ({"headline": "\u200b"}, "headline"),
        ({"headline": "a", "publish_at": "0001-01-01T00:00:00+14:00"}, "publish_at"),
        ({"headline": "a", "embargoed_until": True}, "embargoed_until"),
        ({"headline": "a", "external_id": "\x00"}, "external_id"),
        ({"headline": "a", "external_id": "x" * 501}, "external_id"),
        ({"headline": "a", "hedline": "b"}, "hedline"),
        ({"headline": "a", "version": 7}, "version"),
        ({"headline": "a", "uri": "urn:x"}, "uri"),
        ({"headline": "a", "note": "b"}, "note"),
    ],
)
def test_a_field_that_cannot_be_accepted_is_named(api, said, field):
    detail, named = refusal(api.post("/articles", said), 422)

    assert named == field
    assert detail.startswith(f"{field} ")
    assert not Article.objects.exists()


def test_every_field_at_fault_is_named(api):
    detail, field = refusal(api.post("/articles", {"urgency": 0, "hedline": "x"}), 422)

    assert field in {"headline", "urgency", "hedline"}
    assert all(f"{name} " in detail for name in ("headline", "urgency", "hedline"))


@pytest.mark.parametrize("path", ["", "/1/publish", "/1/correct"])
@pytest.mark.parametrize("body", ["[]", '"x"', "7", "null", "true"])
def test_a_body_that_is_not_an_object_is_refused(api, path, body):
    answer = api.client.post(f"/api/articles{path}", body, content_type="application/json")

    detail, _ = refusal(answer, 400)
    assert "JSON object" in detail


def test_a_call_without_its_body_is_refused(api):
    detail, _ = refusal(api.post("/articles"), 400)
    assert "JSON object" in detail


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/articles/", 404),
        ("/", 405),
        ("/docs", 405),
        ("/openapi.json", 405),
        ("/articles/1/retract/x", 404),
    ],
)
def test_no_address_answers_with_a_page_about_csrf(method, path, status):
    answer = Client(enforce_csrf_checks=True).generic(method, f"/api{path}")

    refusal(answer, status)
    assert answer["Cache-Control"] == "no-store"


def test_a_call_needs_no_csrf_token(api):
    strict = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {api.secret}"})
    answer = strict.post("/api/articles", {"headline": "a"}, content_type="application/json")

    assert answer.status_code == 201


@pytest.mark.backend("sqlite", long="postgres")
@pytest.mark.parametrize("pub_status", ["usable", "withheld"])
@pytest.mark.parametrize(
    "body", ["*\U0001f600*\U0001f601" * 20_000, "<div>" * 39_900], ids=["bytes", "depth"]
)
@pytest.mark.slow("it reads the longest bodies")
def test_a_body_that_readers_could_not_be_sent_is_refused_as_a_draft_too(
    api, settings, body, pub_status
):
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 100_000}
    said = {"headline": "a", "body": body, "pub_status": pub_status}

    _, field = refusal(api.post("/articles", said), 422)

    assert field == "body"
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "headline=Bridge",
        '{"headline": "a",}',
        '{"headline": NaN}',
        '{"urgency": ' + "9" * 5000 + "}",
        "[" * 100_000,
        b'{"headline": "\xff"}',
        '{"headline": "a", "headline": "b"}',
    ],
)
def test_a_body_that_is_not_json_is_refused(api, body):
    answer = api.client.post("/api/articles", body, content_type="application/json")

    detail, _ = refusal(answer, 400)
    assert "not JSON" in detail
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
def test_a_body_of_another_type_is_refused(api, content_type):
    answer = api.client.generic(
        "POST", "/api/articles", '{"headline": "a"}', content_type=content_type
    )

    detail, _ = refusal(answer, 415)
    assert "application/json" in detail


def test_a_json_body_may_name_its_charset(api):
    answer = api.client.post(
        "/api/articles", '{"headline": "a"}', content_type="application/json; charset=utf-8"
    )

    assert answer.status_code == 201


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 4 * 1024 * 1024])
def test_a_body_above_one_mebibyte_is_refused(api, size):
    body = json.dumps({"headline": "a"}).ljust(size)

    refusal(api.client.post("/api/articles", body, content_type="application/json"), 413)


def test_a_body_of_one_mebibyte_is_read(api):
    body = json.dumps({"headline": "a"}).ljust(1024 * 1024)

    answer = api.client.post("/api/articles", body, content_type="application/json")

    assert answer.status_code == 201


@pytest.mark.parametrize("article_id", [1, 0, -1, 2**63, 10**40])
@pytest.mark.parametrize(("method", "path"), [call for call in CALLS if "1" in call[1]])
def test_an_unknown_article_is_not_found(api, method, path, article_id):
    said = {"note": "b"} if path.endswith(("correct", "retract")) else {}

    answer = api.client.generic(
        method,
        "/api" + path.replace("1", str(article_id)),
        json.dumps(said),
        content_type="application/json",
    )

    detail, _ = refusal(answer, 404)
    assert str(article_id) in detail


@pytest.mark.parametrize("article_id", ["x", "1.5", "%00"])
def test_an_id_is_a_number(api, article_id):
    _, field = refusal(api.get(f"/articles/{article_id}"), 422)

    assert field == "article_id"


@pytest.mark.parametrize("path", ["/nothing", "/articles/", "/articles/1/delete", "/docs/x"])
def test_an_unknown_address_is_not_found(api, path):
    refusal(api.get(path), 404)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("before=x", "before"),
        ("pub_status=secret", "pub_status"),
        ("section=nowhere", "section"),
        ("section=%00", "section"),
    ],
)
def test_invalid_parameters_of_a_list_are_refused(api, query, field):
    _, named = refusal(api.get(f"/articles?{query}"), 422)

    assert named == field


@pytest.mark.parametrize(
    ("state", "verb", "said"),
    [
        ("usable", "publish", None),
        ("usable", "restore", None),
        ("withheld", "correct", {"note": "It was ten."}),
        ("withheld", "retract", {"note": "It was a drill."}),
        ("withheld", "restore", None),
    ],
)
def test_a_verb_in_the_wrong_state_is_a_conflict(api, state, verb, said):
    made = api.article(pub_status=state)

    refusal(api.post(f"/articles/{made['id']}/{verb}", said), 409)

    assert api.get(f"/articles/{made['id']}").json() == made


def test_an_article_under_embargo_cannot_be_published(api):
    made = api.article(embargoed_until="2126-01-01T00:00:00Z")

    detail, _ = refusal(api.post(f"/articles/{made['id']}/publish"), 409)
    assert "embargo" in detail


@pytest.mark.parametrize("verb", ["correct", "retract"])
@pytest.mark.parametrize("said", [{}, {"note": ""}, {"note": " "}, {"note": None}])
def test_a_correction_and_a_retraction_need_a_note(api, verb, said):
    made = api.article()

    _, field = refusal(api.post(f"/articles/{made['id']}/{verb}", said), 422)

    assert field == "note"
    assert api.get(f"/articles/{made['id']}").json() == made


@pytest.mark.parametrize("field", ["pub_status", "external_id", "version", "note"])
def test_a_patch_changes_no_state(api, field):
    made = api.article()

    _, named = refusal(api.patch(f"/articles/{made['id']}", {field: "usable"}), 422)

    assert named == field


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/articles/1"), ("PUT", "/articles")])
def test_an_unsupported_method_is_refused(api, method, path):
    answer = api.client.generic(method, f"/api{path}")

    refusal(answer, 405)
    assert "GET" in answer["Allow"]


def test_an_internal_error_is_answered_in_json_and_logged(api, monkeypatch, caplog):
    monkeypatch.setattr(
        Section.objects, "filter", lambda **_: 1 / 0
    )  # no request of ours breaks it
    api.client.raise_request_exception = False

    refusal(api.get("/articles?section=world"), 500)

    assert "ZeroDivisionError" in caplog.text


@pytest.mark.backend("sqlite")
@pytest.mark.django_db(transaction=True)
def test_a_caller_gets_retry_after_when_a_writer_takes_too_long(api):
    made = api.article()
    ApiToken.objects.update(last_used=None)
    connection.cursor().execute("PRAGMA busy_timeout = 50")

    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = api.patch(f"/articles/{made['id']}", {"urgency": 1})
        read = api.get(f"/articles/{made['id']}")
    connection.close()  # the next one is opened with the usual patience
    resting.begin(0)

    refusal(answer, 503)
    assert int(answer["Retry-After"]) > 0
    assert read.json() == made
