"""`If-Match`: a caller cannot overwrite a change that it has not read."""

import pytest

from stoppress.newsroom.api.conditions import etag, versions
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import update_article

VERBS = [
    ("patch", "", {"headline": "Bridge opens early"}),
    ("post", "/correct", {"note": "It was ten."}),
    ("post", "/retract", {"note": "It was a drill."}),
]


@pytest.mark.parametrize("header", [None, "*", " * "])
def test_a_header_can_match_any_version(header):
    assert versions(header) is None


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("3", {3}),
        ('"3"', {3}),
        ('W/"3"', {3}),
        (' "3" ', {3}),
        ('"2", "3"', {2, 3}),
        ("2,3", {2, 3}),
        ('"2",W/"3",', {2, 3}),
        ('"33"', {33}),
        ('"three"', set()),
        ('"three", 3', {3}),
        ("3x", set()),
        ("-3", set()),
        ("03", set()),
        ("9" * 40, set()),
    ],
)
def test_a_header_can_name_versions(header, named):
    assert versions(header) == named


MALFORMED = ["", " ", ",", "abc 5", "3 4", '"3', '"3" "4"', 'W/"3']


@pytest.mark.parametrize("header", MALFORMED)
def test_a_malformed_header_is_refused_and_nothing_is_changed(api, header):
    made = api.article()
    answer = api.patch(f"/articles/{made['id']}", {"urgency": 1}, If_Match=header)
    assert (answer.status_code, answer.json()["field"]) == (400, "If-Match")
    assert api.get(f"/articles/{made['id']}").json() == made


def test_an_etag_names_its_version():
    assert versions(etag(7)) == {7}


def test_a_change_that_only_the_desk_sees_makes_another_version(api):
    made = api.article()
    update_article(Article.objects.get(pk=made["id"]), {"ed_note": "Call back."})
    answer = api.patch(f"/articles/{made['id']}", {"urgency": 1}, If_Match=str(made["version"]))
    assert answer.status_code == 412


@pytest.mark.parametrize(("method", "path", "said"), VERBS)
def test_a_lost_update_is_refused(api, method, path, said):
    read = api.get(f"/articles/{api.article()['id']}")
    other = api.patch(f"/articles/{read.json()['id']}", {"urgency": 1}).json()

    answer = getattr(api, method)(f"/articles/{other['id']}{path}", said, If_Match=read["ETag"])

    assert answer.status_code == 412
    version = read.json()["version"]
    assert answer.json() == {
        "detail": f"If-Match does not name the present version, {other['version']}; since version"
        f" {version} changed: urgency",
        "field": "If-Match",
        "version": other["version"],
        "changed": ["urgency"],
    }
    assert api.get(f"/articles/{other['id']}").json() == other


@pytest.mark.parametrize("tag", ["99", "0", "999999999999999", '"abc"'])
def test_an_unknown_version_gets_no_details_of_the_change(api, tag):
    made = api.article()
    answer = api.patch(f"/articles/{made['id']}", {"urgency": 1}, If_Match=tag)
    assert (answer.status_code, answer.json()["changed"]) == (412, [])


@pytest.mark.parametrize(("method", "path", "said"), VERBS)
def test_a_change_to_the_version_that_was_read_is_made_and_names_its_version(
    api, method, path, said
):
    made = api.article()

    answer = getattr(api, method)(
        f"/articles/{made['id']}{path}", said, If_Match=str(made["version"])
    )

    assert answer.status_code == 200
    assert answer["ETag"] == f'"{answer.json()["version"]}"'
    assert answer.json()["version"] > made["version"]


def test_a_draft_is_published_as_it_was_read(api):
    made = api.article(pub_status="withheld")
    api.patch(f"/articles/{made['id']}", {"headline": "Not yet checked"})

    answer = api.post(f"/articles/{made['id']}/publish", If_Match=str(made["version"]))

    assert answer.status_code == 412
    assert api.get(f"/articles/{made['id']}").json()["pub_status"] == "withheld"


def test_a_tag_that_compression_made_weak_still_works(api):
    made = api.article(body="Long. " * 200)

    read = api.get(f"/articles/{made['id']}", Accept_Encoding="gzip")
    answer = api.patch(f"/articles/{made['id']}", {"urgency": 1}, If_Match=read["ETag"])

    assert read["ETag"].startswith("W/")
    assert answer.status_code == 200
