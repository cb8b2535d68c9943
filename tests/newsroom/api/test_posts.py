"""The calls for posts of live stories, and for the coverage of a story."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import publish_article, publish_due
from tests.newsroom.desk import NINE, draft, live_story, post, public

from .caller import Caller

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


@pytest.fixture
def story(db):
    return live_story()


def json_of(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()


def make(api, story, headline="A tree fell", **fields):
    return json_of(api.post(f"/articles/{story.pk}/posts", {"headline": headline, **fields}), 201)


def shown(story):
    return [item["key"] for item in live.snapshot(f"posts:{story.pk}").items]


def test_a_post_is_published_in_its_story_and_answered_as_readers_get_it(api, story):
    made = make(
        api,
        story,
        body="It *blocks* the road.<script>x</script>",
        occurred="2026-11-22T10:00:00+01:00",
        key_event=True,
        byline="Ann",
    )
    [item] = live.snapshot(f"posts:{story.pk}").items
    beside = {"view", "updated", "source", "original_url", "copyright_notice", "story"}
    assert {name: made[name] for name in item.keys() - beside} == {
        name: item[name] for name in item.keys() - beside
    }
    assert made["occurred"] == "2026-11-22T09:00:00.000Z"
    assert made["story"] == item["story"] | {"id": story.pk, "pub_status": "usable"}
    assert (made["body_format"], made["source_type"]) == ("markdown", "people")
    assert len(made["warnings"]) == 1
    read = api.get(f"/posts/{made['id']}")
    del made["warnings"]
    assert (json_of(read), read["ETag"]) == (made, '"2"')


def test_a_post_needs_a_headline_or_a_body(api, story):
    for fields in ({}, {"headline": " ", "body": "\n"}):
        told = json_of(api.post(f"/articles/{story.pk}/posts", fields), 422)
        assert told["field"] == "headline"
    assert (
        json_of(api.post(f"/articles/{story.pk}/posts", {"body": "Text."}), 201)["headline"] == ""
    )
    told = json_of(api.post(f"/articles/{story.pk}/posts", {"headline": "A", "section": "x"}), 422)
    assert told["field"] == "section"


def test_a_post_has_its_own_address_and_an_article_another(api, story):
    made = make(api, story)
    for path in ("", "/versions", "/versions/1", "/notes"):
        assert json_of(api.get(f"/articles/{made['id']}{path}"), 404)
        assert json_of(api.get(f"/posts/{story.pk}{path}"), 404)
    for path, body in (("retract", {"note": "No."}), ("pin", {}), ("notes", {"text": "?"})):
        assert json_of(api.post(f"/articles/{made['id']}/{path}", body), 404)
        assert json_of(api.post(f"/posts/{story.pk}/{path}", body), 404)
    here = json_of(api.patch(f"/articles/{made['id']}", {"headline": "B"}), 404)
    assert here["detail"] == f"{made['id']} is a post: see /api/posts/{made['id']}."
    here = json_of(api.patch(f"/posts/{story.pk}", {"headline": "B"}), 404)
    assert here["detail"] == f"{story.pk} is an article: see /api/articles/{story.pk}."
    assert json_of(api.get(f"/articles/{made['id']}/posts"), 404)
    assert json_of(api.post(f"/articles/{made['id']}/posts", {"headline": "B"}), 404)
    assert [item["id"] for item in json_of(api.get("/articles"))["items"]] == [story.pk]


def test_an_article_without_live_coverage_has_no_posts(api):
    article = public()
    for answer in (
        api.get(f"/articles/{article.pk}/posts"),
        api.post(f"/articles/{article.pk}/posts", {"headline": "A"}),
        api.post(f"/articles/{article.pk}/coverage", {"state": "closed"}),
    ):
        assert "Only a live story has" in json_of(answer, 409)["detail"]


def test_a_draft_of_a_post_waits_until_its_story_is_public(api):
    story = draft(kind="live")
    address = f"/articles/{story.pk}/posts"
    refused = json_of(api.post(address, {"headline": "First"}), 409)
    assert "Publish the story first" in refused["detail"]
    assert not Article.objects.filter(parent=story).exists()
    made = make(api, story, pub_status="withheld")
    assert (made["desk_state"], made["order"], made["occurred"]) == ("draft", None, None)
    assert json_of(api.post(f"/posts/{made['id']}/publish"), 409)
    publish_article(story)
    assert json_of(api.post(f"/posts/{made['id']}/publish"))["pub_status"] == "usable"
    waiting = make(api, story, publish_at="2999-01-01T00:00:00Z")
    assert waiting["pub_status"] == "withheld"


def test_a_scheduled_post_names_the_reason_of_its_wait(api):
    story, now = draft(kind="live"), database_time()
    waiting = make(api, story, publish_at=(now + timedelta(minutes=5)).isoformat())
    assert waiting["publish_failed"] == ""
    assert publish_due(now + timedelta(minutes=6)) == 0
    told = json_of(api.get(f"/posts/{waiting['id']}"))
    assert told["publish_failed"].endswith("Publish the story first.")


def test_every_verb_of_a_post(api, story):
    made = make(api, story)
    own, key = f"/posts/{made['id']}", made["key"]
    assert json_of(api.patch(own, {"key_event": True}))["key_event"] is True
    note = {"note": "It was an oak.", "headline": "An oak fell"}
    corrected = json_of(api.post(f"{own}/correct", note))
    assert (corrected["headline"], corrected["correction"]["text"]) == (
        "An oak fell",
        "It was an oak.",
    )
    assert json_of(api.post(f"{own}/pin"))["order"].startswith("1-")
    assert json_of(api.post(f"{own}/unpin"))["order"].startswith("0-")
    retracted = json_of(api.post(f"{own}/retract", {"note": "It did not fall."}))
    assert (retracted["headline"], retracted["authors"]) == ("", None)
    assert retracted["retraction_note"] == "It did not fall."
    assert retracted["story"]["id"] == story.pk
    assert shown(story) == [f"retraction:{made['id']}"]
    assert json_of(api.post(f"{own}/restore"))["headline"] == "An oak fell"
    assert shown(story) == [key]
    acts = [each["act"] for each in json_of(api.get(f"{own}/versions"))["items"]]
    assert acts == (
        ["restore", "retraction", "update", "update", "correction", "update", "publish", "create"]
    )
    withdrawn = json_of(api.post(f"{own}/versions/2/withdraw", {"note": "Libel.", "also": [1]}))
    assert withdrawn["headline"] == "An oak fell"
    assert json_of(api.get(f"{own}/versions/2"))["headline"] == ""


def test_the_desks_steps_of_a_post(api, story):
    made = make(api, story, pub_status="withheld")
    own = f"/posts/{made['id']}"
    assert json_of(api.post(f"{own}/submit"))["desk_state"] == "submitted"
    assert json_of(api.post(f"{own}/send-back", {"note": "Where?"}))["desk_state"] == "sent_back"
    assert json_of(api.post(f"{own}/discard"))["desk_state"] == "discarded"
    assert json_of(api.patch(own, {"headline": "B"}), 409)
    assert json_of(api.post(f"{own}/reopen"))["desk_state"] == "draft"
    json_of(api.post(f"{own}/notes", {"text": "Ask the mayor."}), 201)
    [note] = json_of(api.get(f"{own}/notes"))["items"]
    assert note["text"] == "Ask the mayor."


def test_a_post_is_moved_to_another_story(api, story):
    there = live_story("Match")
    made = make(api, story)
    own = f"/posts/{made['id']}/move"
    moved = api.post(own, {"article": there.pk}, If_Match="2", Idempotency_Key="m")
    assert json_of(moved)["story"]["id"] == there.pk
    assert (shown(story), shown(there)) == ([], [made["key"]])
    assert json_of(api.post(own, {"article": there.pk}, If_Match="2", Idempotency_Key="m"))
    assert json_of(api.post(own, {"article": story.pk}, If_Match="2"), 412)["version"] == 3
    assert json_of(api.post(own, {"article": 2**40}), 422)["field"] == "article"
    assert json_of(api.post("/posts/999999/move", {"article": 2**40}), 404)
    assert "Only a live story" in json_of(api.post(own, {"article": public().pk}), 409)["detail"]
    assert json_of(api.post(own, {"article": draft(kind="live").pk}), 409)
    waiting = make(api, story, pub_status="withheld")
    writer = Caller("reporter", Scope.WRITE)
    assert json_of(writer.post(f"/posts/{waiting['id']}/move", {"article": there.pk}), 403)
    assert json_of(api.post(f"/posts/{waiting['id']}/move", {"article": there.pk}))


def test_a_post_is_made_once(api, story):
    there, address = live_story("Match"), f"/articles/{story.pk}/posts"
    body = {"headline": "A tree fell", "external_id": "desk-7"}
    made = json_of(api.post(address, body, Idempotency_Key="one"), 201)
    assert json_of(api.post(address, body)) == made
    key = {"Idempotency_Key": "one"}
    assert json_of(api.post(f"/articles/{there.pk}/posts", body, **key), 422)
    assert json_of(api.post("/articles", body, **key), 422)
    assert json_of(api.post("/articles", body), 422)["field"] == "external_id"
    json_of(api.post(f"/posts/{made['id']}/move", {"article": there.pk}))
    assert json_of(api.post(address, body))["story"]["id"] == there.pk
    stories = [each["story"] for each in json_of(api.get(f"/posts/{made['id']}/versions"))["items"]]
    assert stories == [there.pk, story.pk, story.pk]
    assert json_of(api.post(f"/articles/{there.pk}/posts", body))["id"] == made["id"]
    assert json_of(api.post(address, {"external_id": "desk-7"}), 422)["field"] == "headline"
    assert json_of(api.post(f"/articles/{public().pk}/posts", body), 409)
    refused = json_of(api.post(f"/articles/{live_story('Third').pk}/posts", body), 422)
    assert refused["detail"] == "external_id is already used by a post of another story."
    assert Article.objects.filter(kind="post").count() == 1


def test_a_lost_update_of_a_post_is_refused(api, story):
    made = make(api, story)
    json_of(api.patch(f"/posts/{made['id']}", {"headline": "An oak fell"}))
    told = json_of(api.patch(f"/posts/{made['id']}", {"byline": "Ann"}, If_Match="2"), 412)
    assert (told["version"], told["changed"]) == (3, ["headline"])


def test_posts_need_the_rights_of_articles(api, story):
    writer, reader = Caller("reporter", Scope.WRITE), Caller("archive", Scope.READ)
    address = f"/articles/{story.pk}/posts"
    assert json_of(reader.post(address, {"headline": "A", "pub_status": "withheld"}), 403)
    assert json_of(writer.post(address, {"headline": "A"}), 403)
    for more in ({"pinned": True}, {"publish_at": "2999-01-01T00:00:00Z"}):
        assert json_of(
            writer.post(address, {"headline": "A", "pub_status": "withheld"} | more), 403
        )
    waiting = make(writer, story, pub_status="withheld", key_event=True)
    assert json_of(writer.patch(f"/posts/{waiting['id']}", {"headline": "B"}))
    for verb, body in (("publish", {}), ("pin", {}), ("discard", {})):
        assert json_of(writer.post(f"/posts/{waiting['id']}/{verb}", body), 403)
    published = make(api, story)
    assert json_of(writer.patch(f"/posts/{published['id']}", {"headline": "B"}), 403)
    assert json_of(writer.post(f"/articles/{story.pk}/coverage", {"state": "closed"}), 403)
    assert json_of(reader.get(f"/posts/{published['id']}")) == published
    refused = json_of(api.patch(f"/posts/{published['id']}", {"reviewed_by": "ann"}), 422)
    assert refused["field"] == "reviewed_by"


def listed(api, story, query="", turned=lambda: None, limit=2):
    found, before = [], ""
    while True:
        answer = json_of(api.get(f"/articles/{story.pk}/posts?limit={limit}{before}{query}"))
        found += [each["headline"] or each["retraction_note"] for each in answer["items"]]
        if answer["next"] is None:
            return found
        before = f"&before={answer['next']}"
        turned()


def test_posts_are_listed_in_the_order_of_the_page(api, story):
    post(live_story("Match"), "Goal")
    for hour, more in ((9, {}), (11, {}), (10, {}), (8, {"pinned": True})):
        post(story, f"At {hour}", occurred=NINE.replace(hour=hour), **more)
    make(api, story, "Waiting", pub_status="withheld")
    gone = make(api, story, "Gone", pub_status="withheld")
    json_of(api.post(f"/posts/{gone['id']}/discard"))
    wrong = make(api, story, SECRET)
    json_of(api.post(f"/posts/{wrong['id']}/retract", {"note": "Wrong."}))
    front = ["At 8", "At 11", "At 10", "At 9"]
    assert listed(api, story) == ["Waiting", *front]
    assert listed(api, story, "&pub_status=usable", limit=3) == front
    assert listed(api, story, "&pub_status=canceled") == ["Wrong."]
    assert listed(api, story, "&desk_state=discarded") == ["Gone"]
    with CaptureQueriesContext(connection) as many:
        api.get(f"/articles/{story.pk}/posts")
    with CaptureQueriesContext(connection) as few:
        api.get(f"/articles/{story.pk}/posts?limit=1")
    assert len(many) == len(few)


def test_a_post_that_is_published_between_two_pages_is_listed_once(api, story):
    waiting = [make(api, story, f"Draft {n}", pub_status="withheld") for n in range(3)]
    early = [post(story, f"Post {n}", occurred=NINE.replace(hour=n)) for n in range(3)]

    def turn():
        if waiting:
            body = {"note": "At last."}
            json_of(api.post(f"/posts/{waiting.pop()['id']}/publish", body))
            post(story, f"New {len(waiting)}", occurred=early[0].occurred)

    found = listed(api, story, turned=turn, limit=1)
    assert found == ["Draft 2", "Draft 1", "Draft 0", "Post 2", "Post 1", "Post 0"]
    for wrong in ("x", "0-2026-11-22T09:00:00.000Z-~", "7~7"):
        told = json_of(api.get(f"/articles/{story.pk}/posts?before={wrong}"), 422)
        assert told["field"] == "before"


def test_the_posts_of_a_retracted_story_have_no_text(api, story):
    made = make(api, story, SECRET, body=SECRET, byline=SECRET)
    waiting = make(api, story, "Waiting", pub_status="withheld")
    json_of(api.post(f"/articles/{story.pk}/retract", {"note": "A rumour."}))
    own = f"/posts/{made['id']}"
    answers = [
        *(api.get(f"/articles/{story.pk}/posts"), api.get(own), api.patch(own, {"byline": "Ann"})),
        *(api.get(f"{own}/versions"), api.get(f"{own}/versions/2")),
    ]
    for answer in answers:
        json_of(answer)
        assert SECRET not in answer.content.decode()
    told = answers[1].json()
    assert (told["pub_status"], told["story"]["pub_status"]) == ("usable", "canceled")
    assert json_of(api.get(f"/posts/{waiting['id']}"))["headline"] == "Waiting"
    there = {"article": live_story("Match").pk}
    refused = json_of(api.post(f"{own}/move", there), 409)
    assert refused["detail"] == "The story is retracted. Restore it first."
    assert (
        json_of(api.post(f"/posts/{waiting['id']}/move", there))["story"]["id"] == there["article"]
    )
    json_of(api.post(f"/articles/{story.pk}/restore"))
    assert json_of(api.get(own))["headline"] == SECRET


def test_a_new_live_story_has_its_coverage(api):
    plain = api.article()
    assert "coverage" not in plain and "quiet_hours" not in plain
    made = api.article("Storm", kind="live", quiet_hours=6, pub_status="withheld")
    own = f"/articles/{made['id']}"
    assert (made["kind"], made["coverage"], made["quiet_hours"]) == ("live", None, 6)
    assert json_of(api.post(f"{own}/publish"))["coverage"] == "open"
    ended = json_of(api.post(f"{own}/coverage", {"state": "closed"}, If_Match="2"))
    assert ended["coverage"] == "closed"
    assert ended["coverage_ended"] == ended["coverage_changed"] > ended["coverage_started"]
    assert json_of(api.post(f"{own}/coverage", {"state": "over"}), 422)["field"] == "state"
    assert json_of(api.post(f"{own}/coverage", {"state": "open"}, If_Match="2"), 412)
    assert json_of(api.patch(own, {"quiet_hours": None}))["quiet_hours"] is None
    assert json_of(api.patch(own, {"quiet_hours": 721}), 422)["field"] == "quiet_hours"
    assert json_of(api.patch(own, {"kind": "article"}), 422)["field"] == "kind"
    assert json_of(api.post("/articles", {"headline": "A", "kind": "post"}), 422)["field"] == "kind"
    retracted = json_of(api.post(f"{own}/retract", {"note": "A rumour."}))
    assert (retracted["headline"], retracted["coverage"]) == ("", "closed")
    draft_of = api.article("Later", pub_status="withheld")
    assert json_of(api.patch(f"/articles/{draft_of['id']}", {"kind": "live"}))["coverage"] is None
