"""Lists stand in the order of the front page, and lose nothing while somebody publishes."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from stoppress import live
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import publish_article, retract_article
from tests.newsroom.desk import draft, public, section

pytestmark = pytest.mark.django_db(transaction=True)


def listed(api, query="", turned=lambda: None, limit=2):
    """Turn all pages; return the headlines, and call something after each."""
    found, before = [], ""
    while True:
        answer = api.get(f"/articles?limit={limit}{before}{query}").json()
        found += [article["headline"] for article in answer["items"]]
        if answer["next"] is None:
            return found
        before = f"&before={answer['next']}"
        turned()


def test_a_draft_that_is_published_late_stands_where_the_front_page_has_it(api):
    late = draft("Late")
    for n in range(3):
        public(f"Story {n}")
    publish_article(late)
    draft("Waiting")
    front = [item["headline"] for item in live.snapshot("news").items]
    assert front == ["Late", "Story 2", "Story 1", "Story 0"]
    assert listed(api, "&pub_status=usable") == front
    assert listed(api) == ["Waiting", *front]


def test_a_story_that_others_published_before_stands_where_its_time_is(api):
    public("New")
    public("Old", at=datetime(2020, 1, 1, tzinfo=UTC))
    public("Middle", at=datetime.now(UTC) - timedelta(days=1))
    assert listed(api) == ["New", "Middle", "Old"]


def test_retracted_articles_are_listed_in_their_order_where_asked_for(api):
    for n in range(3):
        retract_article(public(f"Story {n}"), f"Note {n}.")
    answer = api.get("/articles?pub_status=canceled&limit=2").json()
    rest = api.get(f"/articles?pub_status=canceled&before={answer['next']}").json()
    notes = [item["retraction_note"] for item in answer["items"] + rest["items"]]
    assert notes == ["Note 2.", "Note 1.", "Note 0."]


@pytest.mark.parametrize("seed", range(8))
def test_what_is_published_between_two_pages_is_neither_missed_nor_listed_twice(api, seed):
    chance = random.Random(seed)
    world = section()
    for n in range(14):
        make = public if chance.random() < 0.4 else draft
        make(f"Story {n}", section=world if n % 2 else None)
    drafts = list(Article.objects.filter(pub_status="withheld"))
    chance.shuffle(drafts)

    def publish_some():
        for _ in range(chance.randint(0, 2)):
            if drafts:
                publish_article(drafts.pop())
        draft(f"New {chance.random()}")
        public(f"New {chance.random()}")

    found = listed(api, turned=publish_some, limit=chance.randint(1, 4))
    there = [headline for headline in found if headline.startswith("Story")]
    assert sorted(there) == sorted(f"Story {n}" for n in range(14))
    assert len(found) == len(set(found))


@pytest.mark.parametrize("before", ["", "~", "x", "1~\u00e9", "1" * 19 + "~", "~" + "x" * 101])
def test_what_is_no_mark_of_a_page_is_refused(api, before):
    answer = api.get(f"/articles?before={before}")
    assert (answer.status_code, answer.json()["field"]) == (422, "before")
    assert "`next` of the page before" in answer.json()["detail"]


def test_a_list_begun_before_this_release_goes_on_by_ids_to_its_end(api):
    articles = [public(f"Story {n}") for n in range(4)]
    first = api.get(f"/articles?limit=2&before={articles[3].pk}").json()
    rest = api.get(f"/articles?limit=2&before={first['next']}").json()
    found = [item["headline"] for item in first["items"] + rest["items"]]
    assert found == ["Story 2", "Story 1", "Story 0"]


def test_a_made_up_mark_lists_what_stands_below_it(api):
    public("One")
    assert [item["headline"] for item in api.get("/articles?before=~9").json()["items"]] == ["One"]
    assert api.get("/articles?before=~0").json()["items"] == []
