"""`If-Match`: nobody overwrites what he has not read."""

import pytest

from stoppress.newsroom.api.conditions import etag, matches

VERBS = [
    ("patch", "", {"headline": "Bridge opens early"}),
    ("post", "/correct", {"note": "It was ten."}),
    ("post", "/retract", {"note": "It was a drill."}),
]


@pytest.mark.parametrize(
    "header", [None, "*", " * ", "3", '"3"', 'W/"3"', '"2", "3"', "2,3", '"2",W/"3"', ' "3" ']
)
def test_these_name_version_3(header):
    assert matches(header, 3)


@pytest.mark.parametrize(
    "header", ["", "2", '"2"', '"33"', '"2", "4"', '"three"', "3x", "-3", "03"]
)
def test_these_name_no_version_3(header):
    assert not matches(header, 3)


def test_an_etag_matches_its_version():
    assert matches(etag(7), 7)
    assert not matches(etag(7), 8)


@pytest.mark.parametrize(("method", "path", "said"), VERBS)
def test_a_lost_update_is_refused(api, method, path, said):
    read = api.get(f"/articles/{api.article()['id']}")
    other = api.patch(f"/articles/{read.json()['id']}", {"urgency": 1}).json()

    answer = getattr(api, method)(f"/articles/{other['id']}{path}", said, If_Match=read["ETag"])

    assert answer.status_code == 412
    assert answer.json()["field"] == "If-Match"
    assert api.get(f"/articles/{other['id']}").json() == other


@pytest.mark.parametrize(("method", "path", "said"), VERBS)
def test_a_change_to_what_was_read_is_made_and_names_its_version(api, method, path, said):
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
