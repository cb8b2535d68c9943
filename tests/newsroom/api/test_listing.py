"""Lists have the order of the front page, and miss no article that is published meanwhile."""

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


def test_a_draft_published_late_has_the_same_position_as_on_the_front_page(api):
    late = draft("Late")
    for n in range(3):
        public(f"Story {n}")
    publish_article(late)
    draft("Waiting")
    front = [item["headline"] for item in live.snapshot("news").items]
    assert front == ["Late", "Story 2", "Story 1", "Story 0"]
    assert listed(api, "&pub_status=usable") == front
    assert listed(api) == ["Waiting", *front]


def test_a_story_first_published_elsewhere_is_listed_at_that_time(api):
    public("New")
    public("Old", at=datetime(2020, 1, 1, tzinfo=UTC))
    public("Middle", at=datetime.now(UTC) - timedelta(days=1))
    assert listed(api) == ["New", "Middle", "Old"]


def test_a_list_by_rank_has_the_order_of_the_front_page(api):
    until = datetime.now(UTC) + timedelta(hours=1)
    public("Pinned", pinned=True)
    public("Breaking", urgency=1)
    public("At the top", urgency=3, top_until=until)
    public("Ordinary")
    front = [item["headline"] for item in live.snapshot("news").items]
    assert front == ["Pinned", "Breaking", "At the top", "Ordinary"]
    assert listed(api, limit=1) == front


def test_a_draft_on_a_page_that_was_read_is_not_listed_again_below_a_pinned_article(api):
    public("Pinned", pinned=True)
    drafts = [draft(f"Draft {n}") for n in range(2)]
    assert listed(api, turned=lambda: drafts and publish_article(drafts.pop()), limit=1) == [
        "Draft 1",
        "Draft 0",
        "Pinned",
    ]


def test_retracted_articles_are_listed_in_their_order_where_asked_for(api):
    for n in range(3):
        retract_article(public(f"Story {n}"), f"Note {n}.")
    answer = api.get("/articles?pub_status=canceled&limit=2").json()
    rest = api.get(f"/articles?pub_status=canceled&before={answer['next']}").json()
    notes = [item["retraction_note"] for item in answer["items"] + rest["items"]]
    assert notes == ["Note 2.", "Note 1.", "Note 0."]


@pytest.mark.parametrize("seed", range(8))
def test_an_article_published_between_two_pages_is_neither_missed_nor_listed_twice(api, seed):
    chance = random.Random(seed)
    world = section()
    for n in range(14):
        make = public if chance.random() < 0.4 else draft
        rank = {"pinned": chance.random() < 0.2, "urgency": chance.choice([1, 5, 5])}
        make(f"Story {n}", section=world if n % 2 else None, **rank)
    drafts = list(Article.objects.filter(pub_status="withheld"))
    chance.shuffle(drafts)

    def publish_some():
        for _ in range(chance.randint(0, 2)):
            if drafts:
                publish_article(drafts.pop())
        draft(f"New {chance.random()}")
        public(f"New {chance.random()}", urgency=chance.choice([1, 5]))

    found = listed(api, turned=publish_some, limit=chance.randint(1, 4))
    there = [headline for headline in found if headline.startswith("Story")]
    assert sorted(there) == sorted(f"Story {n}" for n in range(14))
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "before",
    ["", "~", "x", "7", "-7", "0~", "1~\u00e9", "1" * 19 + "~", "~" + "x" * 101, "~9", "7~zzz"]
    + ["~2026-11-22T09:00:00.000Z", "0-2026-11-22T09:00:00.000Z", "4-2026-11-22T09:00:00.000Z~"]
    + ["~2026-11-22", "7~~", "~2026-11-22T09:00:00.000Z ", "\u0661~", "%00", "article:7"],
)
def test_an_invalid_mark_is_refused(api, before):
    public("One")
    answer = api.get(f"/articles?before={before}")
    assert (answer.status_code, answer.json()["field"]) == (422, "before")
    assert "`next` of the previous page" in answer.json()["detail"]


def test_a_mark_is_valid_in_every_list_and_after_its_article_is_retracted(api):
    world = section()
    articles = [public(f"Story {n}", section=world if n % 2 else None) for n in range(6)]
    mark = api.get("/articles?limit=2").json()["next"]
    retract_article(articles[4], "Wrong.")
    answer = api.get(f"/articles?section=world&before={mark}").json()
    assert [item["headline"] for item in answer["items"]] == ["Story 3", "Story 1"]


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1000000000", "x", "", "1.5"])
def test_a_limit_out_of_range_is_refused(api, limit):
    answer = api.get(f"/articles?limit={limit}")
    assert (answer.status_code, answer.json()["field"]) == (422, "limit")


def test_a_list_without_public_articles_has_marks(api):
    for n in range(3):
        draft(f"Draft {n}")
    assert listed(api, limit=1) == ["Draft 2", "Draft 1", "Draft 0"]
