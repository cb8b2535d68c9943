import json
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from stoppress import live
from stoppress.live.publishing.registry import find
from stoppress.newsroom.publishing import correct_article, retract_article
from stoppress.newsroom.streams import LIMIT, news, section_exists, story, story_exists
from tests.logged import logged

from .desk import NINE, Page, content, draft, part, public, section

pytestmark = pytest.mark.django_db


def test_the_news_is_every_public_article_the_newest_first():
    public("Old", at=NINE - timedelta(hours=1))
    public("New", at=NINE)
    draft("Unseen")
    retract_article(public("Gone"), "Made up.")
    taken = live.snapshot("news")
    assert [item["headline"] for item in taken.items] == ["New", "Old"]
    assert (taken.floor, taken.limit) == (None, LIMIT)


def test_a_section_is_its_own_articles():
    public("Here", section=section())
    public("There", section=section("sport"))
    public("Nowhere")
    assert Page("section:world").headlines() == ["Here"]


def test_more_than_fit_raise_the_floor():
    for number in range(LIMIT + 2):
        public(f"Story {number}", at=NINE + timedelta(minutes=number - 60))
    taken = live.snapshot("news")
    assert len(taken.items) == LIMIT
    assert taken.floor == taken.items[-1]["order"]


def test_a_list_is_one_query_and_a_story_four(django_assert_num_queries):
    for number in range(5):
        article = public(f"Story {number}", section=section())
    with django_assert_num_queries(1):
        assert len(list(news(limit=LIMIT))) == 5
    with django_assert_num_queries(4):  # with its history, topics and authors
        assert len(list(story(limit=LIMIT, id=str(article.pk)))) == 1


def test_a_story_is_one_item_with_its_text():
    article = public(body="Text.")
    [item] = live.snapshot(article.stream).items
    assert content(part(item["view"], "story-body")) == [["p", "Text."]]


def test_an_event_and_a_snapshot_carry_the_same_item_and_view():
    article = public(section=section(), summary="Since nine.", body="It *is* shut.", urgency=1)
    article = correct_article(article, "At ten.", {"byline": "Voss"})
    for stream in ("news", "section:world", article.stream):
        item = json.loads(logged(stream=stream).reverse()[0].item)
        assert live.snapshot(stream).items == [item]
        assert part(item["view"], "correction")


def test_a_view_is_in_the_sites_language_whatever_is_active_where_it_is_made(settings):
    article = public(at=NINE.replace(month=3))
    for active in ("de", "ar"):
        with translation.override(active), timezone.override("Asia/Tokyo"):
            [item] = live.snapshot("news").items
        assert content(part(item["view"], "time")) == ["22 Mar 2026, 09:00 UTC"]
    settings.LANGUAGE_CODE = "de"
    assert content(part(live.snapshot(article.stream).items[0]["view"], "time"))[0] == (
        "22 Mär 2026, 09:00 UTC"
    )


def test_a_retracted_storys_stream_is_there_and_empty():
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


def test_a_sections_stream_is_there_as_long_as_the_section():
    section("world")
    assert section_exists("world")
    assert not section_exists("nowhere")


@pytest.mark.parametrize("name", ["news", "section:world", "story:42"])
def test_everybody_may_read_the_newsrooms_streams(name):
    named = find(name)
    assert named is not None
    assert named.stream.public
