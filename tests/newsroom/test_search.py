"""The page of the search, as a reader without JavaScript gets it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from stoppress.live.clock import database_time
from stoppress.newsroom import search_views
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import retract_article, update_article
from stoppress.newsroom.searching.found import LIMIT
from stoppress.newsroom.searching.time_limit import TooSlow

from .desk import live_story, post, public, section

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", "postgres")]


def page(typed: str | None = None, **more: object) -> str:
    query = urlencode(more if typed is None else {"q": typed, **more})
    answer = Client().get(f"/search/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def headlines(said: str) -> list[str]:
    found = re.findall(r'<h2[^>]*>\s*<a href="/articles[^>]*>(.*?)</a>', said, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in found]


def test_articles_and_posts_are_found_and_the_words_are_marked():
    public("Éclair à Zürich", body="Since nine. <b>bold</b> in Zürich & more", section=section())
    story = live_story("Storm")
    said = post(story, "A tree fell", body="Near Zürich.")

    shown = page("ZURICH")

    assert headlines(shown) == ["A tree fell", "Éclair à Zürich"]
    assert shown.count("<mark>Zürich</mark>") == 3
    assert f'href="/articles/{story.pk}/posts/{said.pk}/"' in shown
    assert ">Storm</a>" in shown and ">World</a>" in shown
    assert 'value="ZURICH"' in shown
    assert '<meta name="robots" content="noindex' in shown


def test_the_query_and_the_results_are_escaped():
    public('<img src=x onerror=alert("1")> bridge')
    shown = page('<script>alert("1")</script> bridge')
    assert "<script>alert" not in shown and "<img src=x" not in shown
    shown = page('bridge "')
    assert headlines(shown) == ['<img src=x onerror=alert("1")> bridge']


def test_an_empty_query_and_one_without_a_match_show_a_message():
    public("Bridge opens")
    assert "There is no word to search for" in page('"*" - ')
    shown = page("zanzibar")
    assert "Nothing was found for “<bdi>zanzibar</bdi>”" in shown and headlines(shown) == []
    for nothing in (page(), page(""), page("  \0 ")):
        assert headlines(nothing) == [] and "Nothing was found" not in nothing
    assert "Only the first 200 characters" in page("bridge " * 100)
    assert "Only the first 12 words" in page(" ".join(f"w{number}" for number in range(13)))


def test_results_from_before_1970_have_a_next_link_too():
    for number in range(LIMIT + 1):
        public(f"Bridge {number}", at=datetime(1960, 1, 1, number, tzinfo=UTC))
    [link] = re.findall(r'href="(/search/\?q=bridge&amp;below=-\d+)"', page("bridge"))
    assert headlines(Client().get(unescape(link)).content.decode()) == ["Bridge 0"]


@pytest.mark.parametrize("typed", ['"', "*", "AND", "-", "a* OR (b", "\0", "\ud83c", "x" * 3000])
def test_no_query_is_an_error(typed):
    address = f"/search/?{urlencode({'q': typed}, errors='surrogatepass')}"
    assert Client().get(address).status_code == 200


def test_older_results_are_anchored_to_the_last_one():
    now = database_time()
    for number in range(LIMIT + 2):
        public(f"Bridge {number}", at=now - timedelta(hours=number))
    first = page("bridge")
    assert headlines(first) == [f"Bridge {number}" for number in range(LIMIT)]
    [link] = re.findall(r'href="(/search/\?q=bridge&amp;below=\d+)"', first)
    public("Bridge new")
    answer = Client().get(unescape(link))
    assert headlines(answer.content.decode()) == [f"Bridge {LIMIT}", f"Bridge {LIMIT + 1}"]
    assert "Older news with" in answer.content.decode()
    assert "There is nothing older" in page("bridge", below=1)
    assert Client().get("/search/?q=bridge&below=x").status_code == 404


def test_a_page_is_cached_for_a_second_and_its_etag_covers_its_content():
    story = live_story("Storm")
    said = post(story, "A bridge fell")
    answer = Client().get("/search/?q=bridge")
    # In the memory of pages and then in a cache: it does not follow the stream of the post.
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert not answer.cookies and "Cookie" not in answer.get("Vary", "")
    etag = {"If-None-Match": answer["ETag"]}
    assert Client().get("/search/?q=bridge&x=1", headers=etag).status_code == 304
    said = update_article(said, {"body": "And a tree."})
    again = Client().get("/search/?q=bridge", headers=etag)
    assert again.status_code == 200
    retract_article(said, "No.")
    etag = {"If-None-Match": again["ETag"]}
    assert Client().get("/search/?q=bridge", headers=etag).status_code == 200


def test_a_stale_index_shows_nothing_of_its_text():
    article = public("Bridge opens", body="Zanzibar")
    Article.objects.filter(pk=article.pk).update(body_tree=[["p", "Pemba"]], version=3)
    assert "Nothing was found" in page("zanzibar") and "Nothing was found" in page("bridge")


def test_a_search_that_takes_too_long_is_a_503_with_a_message(monkeypatch):
    def slow(*_: object) -> None:
        raise TooSlow

    # A search of real rows that is slow enough would slow down the test, too.
    monkeypatch.setattr(search_views, "found", slow)  # no real search is slow by itself
    answer = Client().get("/search/?q=bridge")
    assert answer.status_code == 503 and b"The search took too long" in answer.content


def test_a_page_of_results_takes_few_queries(django_assert_max_num_queries):
    story = live_story("Storm", section=section())
    for number in range(LIMIT):
        post(story, f"Bridge {number}")
        public(f"Bridge {number}", section=section())
    page("bridge")  # a test's events are told with its first page
    with django_assert_max_num_queries(16 if connection.vendor == "sqlite" else 20):
        page("bridge")


def test_each_page_has_the_form():
    for address in ("/", "/search/", "/nowhere/"):
        shown = Client().get(address).content.decode()
        assert 'action="/search/"' in shown and 'role="search"' in shown
