from datetime import timedelta

import pytest

from stoppress import live
from stoppress.live.publishing.registry import find
from stoppress.newsroom.publishing import retract_article
from stoppress.newsroom.streams import LIMIT, news, section_exists, story, story_exists

from .desk import NINE, Page, draft, public, section

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


def test_a_list_is_one_query_and_a_story_two(django_assert_num_queries):
    for number in range(5):
        article = public(f"Story {number}", section=section())
    with django_assert_num_queries(1):
        assert len(list(news(limit=LIMIT))) == 5
    with django_assert_num_queries(2):
        assert len(list(story(limit=LIMIT, id=str(article.pk)))) == 1


def test_a_story_is_one_item_with_its_text():
    article = public(body="Text.")
    [item] = live.snapshot(article.stream).items
    assert item["body"] == [["p", "Text."]]


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
