import json
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from stoppress import live
from stoppress.live.publishing.registry import find
from stoppress.newsroom.models import Topic
from stoppress.newsroom.publishing import correct_article, retract_article, update_article
from stoppress.newsroom.streams import (
    LIMIT,
    breaking,
    news,
    section_exists,
    story,
    story_exists,
    topic,
    topic_exists,
    wire,
)
from tests.logged import logged

from .desk import NINE, Page, content, draft, part, public, section, told
from .pictures.made import picture

pytestmark = pytest.mark.django_db


def test_the_news_lists_every_public_article_the_newest_first():
    public("Old", at=NINE - timedelta(hours=1))
    public("New", at=NINE)
    draft("Unseen")
    retract_article(public("Gone"), "Made up.")
    taken = live.snapshot("news")
    assert [item["headline"] for item in taken.items] == ["New", "Old"]
    assert (taken.floor, taken.limit) == (None, LIMIT)


def test_a_section_lists_its_articles():
    public("Here", section=section())
    public("There", section=section("sport"))
    public("Nowhere")
    assert Page("section:world").headlines() == ["Here"]


def test_a_topic_lists_its_articles_of_any_section():
    Topic.objects.create(slug="ems", name="The Ems")
    public("Here", section=section(), topics=["ems"])
    public("Here too", section=section("sport"), topics=["ems"])
    public("Elsewhere", section=section())
    draft("Unseen", topics=["ems"])
    assert Page("topic:ems").headlines() == ["Here too", "Here"]


def test_an_article_comes_into_its_topics_and_leaves_them():
    for slug in ("ems", "floods"):
        Topic.objects.create(slug=slug, name=slug.title())
    article = public(topics=["ems"])
    pages = [Page("topic:ems"), Page("topic:floods"), Page(article.stream)]
    update_article(article, {"topics": ["floods"]})
    for page in pages:
        assert page.items() == page.fresh()
    assert told("topic:ems") == ["put article.published", "remove article.moved"]
    assert told("topic:floods") == ["put article.updated"]
    assert [topic["slug"] for topic in pages[2].items()[0]["topics"]] == ["floods"]


def test_a_list_has_the_order_of_rank_and_then_of_place():
    until = timezone.now() + timedelta(hours=1)
    fields = [{}, {"urgency": 2, "top_until": until}, {"urgency": 1}, {"pinned": True}, {}]
    for number, each in enumerate(fields):
        public(f"Story {number}", at=NINE + timedelta(minutes=number), **each)
    assert Page("news").headlines() == [f"Story {number}" for number in (3, 2, 1, 4, 0)]


def test_breaking_is_the_newest_one_or_nothing():
    public("Ordinary")
    assert Page("breaking").items() == []
    public("Fire", urgency=1)
    public("Flood", urgency=1, at=NINE)
    draft("Unseen", urgency=1)
    retract_article(public("Wrong", urgency=1), "Made up.")
    assert Page("breaking").headlines() == ["Fire"]


def test_more_than_fit_raise_the_floor():
    for number in range(LIMIT + 2):
        public(f"Story {number}", at=NINE + timedelta(minutes=number - 60))
    taken = live.snapshot("news")
    assert len(taken.items) == LIMIT
    assert taken.floor == taken.items[-1]["order"]


def test_a_list_is_one_query_a_story_four_and_the_wire_five(django_assert_num_queries):
    Topic.objects.create(slug="ems", name="The Ems")
    for number in range(5):
        fields = {"section": section(), "topics": ["ems"], "image": picture()}
        article = public(f"Story {number}", urgency=1, **fields)
    with django_assert_num_queries(1):
        assert len(list(news(limit=LIMIT))) == 5
    with django_assert_num_queries(1):
        assert len(list(topic(limit=LIMIT, slug="ems"))) == 5
    with django_assert_num_queries(1):
        assert len(list(breaking(limit=LIMIT))) == 1
    # The article with its section, its history, its topics, its authors.
    with django_assert_num_queries(4):
        assert len(list(story(limit=LIMIT, id=str(article.pk)))) == 1
    # The articles with their sections, their topics, authors, pictures and histories.
    with django_assert_num_queries(5):
        assert len(list(wire(limit=LIMIT))) == 5


def test_a_story_is_one_item_with_its_text():
    article = public(body="Text.")
    [item] = live.snapshot(article.stream).items
    assert content(part(item["view"], "story-body")) == [["p", "Text."]]


def test_an_event_and_a_snapshot_carry_the_same_item_and_view():
    Topic.objects.create(slug="ems", name="The Ems")
    fields = {"summary": "Since nine.", "body": "It *is* shut.", "urgency": 1, "topics": ["ems"]}
    article = public(section=section(), **fields)
    article = correct_article(article, "At ten.", {"byline": "Voss"})
    for stream in ("news", "section:world", "topic:ems", "breaking", article.stream):
        item = json.loads(logged(stream=stream).reverse()[0].item)
        assert live.snapshot(stream).items == [item]
        # A bar has one line, and no room for it.
        shown = part(item["view"], "correction") or part(item["view"], "item-correction")
        assert bool(shown) == (stream != "breaking")


def test_a_view_is_in_the_sites_language_in_any_active_language(settings):
    article = public(at=NINE.replace(month=3))
    for active in ("de", "ar"):
        with translation.override(active), timezone.override("Asia/Tokyo"):
            [item] = live.snapshot("news").items
        assert content(part(item["view"], "time")) == ["09:00 UTC"]
    settings.LANGUAGE_CODE = "de"
    assert content(part(live.snapshot(article.stream).items[0]["view"], "time"))[0] == (
        "22. März 2026, 09:00 Uhr UTC"
    )


def test_a_retracted_storys_stream_exists_and_is_empty():
    article = retract_article(public(), "Made up.")
    assert story_exists(str(article.pk))
    assert live.snapshot(article.stream).items == []


def test_a_draft_has_no_stream():
    assert not story_exists(str(draft().pk))


def test_an_article_has_one_stream_and_no_other_name_for_it():
    article = public()
    assert story_exists(str(article.pk))
    for name in (f"0{article.pk}", "x", "-1", "9" * 40, "١", ""):
        assert not story_exists(name)
        assert list(story(limit=LIMIT, id=name)) == []


def test_a_topics_stream_exists_as_long_as_the_topic():
    Topic.objects.create(slug="ems", name="The Ems")
    assert topic_exists("ems")
    assert not topic_exists("nothing")


def test_a_sections_stream_exists_as_long_as_the_section():
    section("world")
    assert section_exists("world")
    assert not section_exists("nowhere")


@pytest.mark.parametrize("name", ["news", "section:world", "topic:ems", "breaking", "story:42"])
def test_everybody_may_read_the_newsrooms_streams(name):
    named = find(name)
    assert named is not None
    assert named.stream.public
