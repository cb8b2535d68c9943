"""The API's OpenAPI description, and its documentation page."""

import re
from pathlib import Path

import jsonschema
import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from stoppress.newsroom.api.urls import description
from stoppress.newsroom.models import Section
from tests.newsroom.pictures.made import picture

# Every call, with the scope that it needs.
CALLS = {
    ("/api/articles", "get"): "read",
    ("/api/articles", "post"): "write",
    ("/api/articles/{article_id}", "get"): "read",
    ("/api/articles/{article_id}", "patch"): "write",
    ("/api/articles/{article_id}/publish", "post"): "publish",
    ("/api/articles/{article_id}/correct", "post"): "publish",
    ("/api/articles/{article_id}/retract", "post"): "publish",
    ("/api/articles/{article_id}/restore", "post"): "publish",
    ("/api/articles/{article_id}/pin", "post"): "publish",
    ("/api/articles/{article_id}/unpin", "post"): "publish",
    ("/api/articles/{article_id}/submit", "post"): "write",
    ("/api/articles/{article_id}/send-back", "post"): "publish",
    ("/api/articles/{article_id}/discard", "post"): "publish",
    ("/api/articles/{article_id}/reopen", "post"): "write",
    ("/api/articles/{article_id}/notes", "get"): "read",
    ("/api/articles/{article_id}/notes", "post"): "write",
    ("/api/articles/{article_id}/versions", "get"): "read",
    ("/api/articles/{article_id}/versions/{number}", "get"): "read",
    ("/api/articles/{article_id}/versions/{number}/withdraw", "post"): "publish",
    ("/api/articles/{article_id}/coverage", "post"): "publish",
    ("/api/articles/{article_id}/posts", "get"): "read",
    ("/api/articles/{article_id}/posts", "post"): "write",
    ("/api/posts/{post_id}", "get"): "read",
    ("/api/posts/{post_id}", "patch"): "write",
    ("/api/posts/{post_id}/publish", "post"): "publish",
    ("/api/posts/{post_id}/correct", "post"): "publish",
    ("/api/posts/{post_id}/retract", "post"): "publish",
    ("/api/posts/{post_id}/restore", "post"): "publish",
    ("/api/posts/{post_id}/pin", "post"): "publish",
    ("/api/posts/{post_id}/unpin", "post"): "publish",
    ("/api/posts/{post_id}/move", "post"): "publish",
    ("/api/posts/{post_id}/submit", "post"): "write",
    ("/api/posts/{post_id}/send-back", "post"): "publish",
    ("/api/posts/{post_id}/discard", "post"): "publish",
    ("/api/posts/{post_id}/reopen", "post"): "write",
    ("/api/posts/{post_id}/notes", "get"): "read",
    ("/api/posts/{post_id}/notes", "post"): "write",
    ("/api/posts/{post_id}/versions", "get"): "read",
    ("/api/posts/{post_id}/versions/{number}", "get"): "read",
    ("/api/posts/{post_id}/versions/{number}/withdraw", "post"): "publish",
    ("/api/pictures", "get"): "read",
    ("/api/pictures", "post"): "write",
    ("/api/pictures/{picture_id}", "get"): "read",
    ("/api/pictures/{picture_id}", "patch"): "write",
    ("/api/pictures/{picture_id}", "delete"): "write",
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@pytest.fixture
def openapi():
    return Client().get("/api/openapi.json").json()


def operations(openapi):
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from references(child)


def test_the_description_is_generated_once():
    made = description.cache_info().misses
    answers = [Client().get("/api/openapi.json") for _ in range(5)]
    assert len({answer.content for answer in answers}) == 1
    assert description.cache_info().misses <= made + 1


def test_caches_may_store_and_revalidate_only_the_api_documentation():
    for address in ("", "docs", "openapi.json"):
        assert Client().get(f"/api/{address}")["Cache-Control"] == "no-cache"
    for address in ("articles", "none", ""):
        assert Client().post(f"/api/{address}")["Cache-Control"] == "no-store"


def test_the_description_lists_every_call_and_no_other(openapi):
    assert {(path, method) for path, method, _ in operations(openapi)} == set(CALLS)


def test_every_call_says_which_scope_its_token_needs_and_has_a_summary(openapi):
    schemes = openapi["components"]["securitySchemes"]
    assert [scheme["scheme"] for scheme in schemes.values()] == ["bearer"]
    for path, method, operation in operations(openapi):
        assert operation["security"] == [{name: [CALLS[path, method]]} for name in schemes]
        assert operation["summary"]
        assert {"401", "403"} <= operation["responses"].keys()


def test_every_operation_has_a_unique_name(openapi):
    names = [operation["operationId"] for _, _, operation in operations(openapi)]

    assert len(set(names)) == len(names)


def test_the_description_is_openapi_and_its_schemas_are_valid(openapi):
    assert re.fullmatch(r"3\.1\.\d+", openapi["openapi"])
    assert openapi["info"]["title"] and openapi["info"]["version"]
    for schema in openapi["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for reference in references(openapi):
        assert reference.removeprefix("#/components/schemas/") in openapi["components"]["schemas"]


def test_a_header_that_a_call_reads_is_described(openapi):
    def headers(path, method):
        parameters = openapi["paths"][path][method]["parameters"]
        return [p["name"] for p in parameters if p["in"] == "header"]

    for path, methods in openapi["paths"].items():
        for method in methods.keys() - {"get", "delete"}:
            assert "Idempotency-Key" in headers(path, method), f"{method} {path}"
    assert headers("/api/articles", "post") == ["Idempotency-Key"]
    assert headers("/api/articles/{article_id}", "patch") == ["If-Match", "Idempotency-Key"]


def test_each_answer_with_a_version_describes_its_etag(openapi):
    for path in ("/api/articles/{article_id}", "/api/posts/{post_id}"):
        for _, _, call in [each for each in operations(openapi) if each[0] == path]:
            assert "ETag" in call["responses"]["200"]["headers"]
            assert ("412" in call["responses"]) == ("requestBody" in call)


def test_a_new_article_needs_a_headline_only_and_no_other_field(openapi):
    schema = openapi["components"]["schemas"]["NewArticle"]

    assert schema["required"] == ["headline"]
    assert schema["additionalProperties"] is False


def test_answers_are_as_described(api, openapi):
    Section.objects.create(slug="world", name="World")
    made = api.article(body="*Yes*.", publish_at="2026-01-01T00:00:00Z", section="world")
    corrected = api.post(f"/articles/{made['id']}/correct", {"note": "It was ten."}).json()
    listed = api.get("/articles").json()
    refused = api.post("/articles", {}).json()
    lost = api.get("/articles/0").json()

    # An answer that holds what no schema names is as wrong as one that lacks something.
    for schema in openapi["components"]["schemas"].values():
        schema["unevaluatedProperties"] = False

    def check(value, name):
        schema = {"$ref": f"#/components/schemas/{name}", "$schema": DIALECT}
        jsonschema.validate(value, schema | {"components": openapi["components"]})

    check(made, "Article")
    check(corrected, "Article")
    check(listed, "ArticleList")
    check(refused, "Error")
    check(lost, "Error")
    check(api.patch(f"/articles/{made['id']}", {}, If_Match="1").json(), "Conflict")
    own = f"/articles/{made['id']}"
    check(api.post(f"{own}/notes", {"text": "Ask the mayor."}).json(), "EditorNote")
    check(api.get(f"{own}/notes").json(), "EditorNoteList")
    check(api.get(f"{own}/versions").json(), "VersionList")
    check(api.get(f"{own}/versions/1").json(), "VersionText")
    canceled = api.post(f"{own}/retract", {"note": "It was a drill."}).json()
    check(canceled, "Article")
    story = api.article(kind="live", quiet_hours=2)
    check(story, "Article")
    posts = f"/articles/{story['id']}/posts"
    for pub_status in ("usable", "withheld"):
        made = api.post(posts, {"body": "<x>", "pub_status": pub_status, "external_id": pub_status})
        check(made.json(), "Post")
    check(api.get(posts).json(), "PostList")
    check(api.patch(f"/posts/{made.json()['id']}", {"byline": "Ann"}).json(), "Post")
    check(api.post(f"/articles/{story['id']}/retract", {"note": "No."}).json(), "Article")
    check(api.get(posts).json(), "PostList")
    shown = picture(alt="").pk
    check(api.get(f"/pictures/{shown}").json(), "Picture")
    check(api.get("/pictures").json(), "PictureList")
    check(api.article(image=shown), "Article")


def test_the_page_uses_local_files_that_are_there_and_no_inline_script():
    page = Client().get("/api/docs")

    html = page.content.decode()
    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(addresses) == 5
    for address in addresses:
        assert address == "/api/openapi.json" or finders.find(address.removeprefix("/static/"))
    for attributes, text in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.S):
        assert "src=" in attributes or 'type="application/json"' in attributes
        assert bool(text) != ("src=" in attributes)
    assert "//" not in html.replace("<!doctype html>", "").replace("//\n", "")
    assert " on" not in re.sub(r">[^<]*<", "><", html)
    assert "style=" not in html


def test_the_page_has_a_policy_that_lets_no_stranger_in():
    policy = Client().get("/api/docs")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_page_and_description_need_no_token_and_the_root_leads_to_the_page():
    answer = Client().get("/api/")

    assert answer.status_code == 302
    assert answer["Location"] == "/api/docs"
    assert Client().get("/api/openapi.json").status_code == 200


def test_the_documentation_names_every_call_field_and_error(openapi):
    text = (Path(__file__).parents[3] / "docs" / "api.md").read_text()

    for path, method, operation in operations(openapi):
        call = f"{method.upper()} {re.sub(r'(article|post|picture)_id', 'id', path)}"
        [row] = [line for line in text.splitlines() if line.startswith(f"| `{call}` ")]
        assert f"| `{CALLS[path, method]}` |" in row
        for status in operation["responses"]:
            assert status in text
    for name in (
        "NewArticle",
        "Correction",
        "NewPost",
        "PostCorrection",
        "Move",
        "Coverage",
        "PictureChanges",
    ):
        for field in openapi["components"]["schemas"][name]["properties"]:
            assert f"`{field}`" in text
