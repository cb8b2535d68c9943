"""`follow` and `poll`: real captures over HTTP, from the wire to the articles."""

import gzip
import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from threading import Barrier

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from stoppress.ingest.follow import CannotFollow, follow, poll
from stoppress.ingest.models import SeenItem, Source
from stoppress.ingest.polling.pace import LOOKED_AT
from stoppress.ingest.sanitize import plain_text
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Section, Version
from tests.effort import no_more_cpu_than
from tests.logged import logged
from tests.services.web import Web

from .kinds import KINDS, Kind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_network")]


def rss(*items: str, title: str = "The Wire") -> bytes:
    return f"""<rss version="2.0"><channel><title>{title}</title>
        <link>https://wire.example/</link>{"".join(items)}</channel></rss>""".encode()


def item(number: int, headline: str = "", text: str = "") -> str:
    return f"""<item><guid>https://wire.example/{number}</guid>
        <title>{headline or f"Story {number}"}</title>
        <description>{text or f"Text {number}"}</description>
        <pubDate>Sun, 22 Nov 2020 09:{number:02}:00 GMT</pubDate></item>"""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_feed_of_each_kind_becomes_articles_and_a_second_run_adds_nothing(
    web: Web, kind: Kind
) -> None:
    url = web.serve("/feed", kind.body, content_type=kind.content_type)
    source, polled = follow(url)
    assert polled.report is not None
    assert (polled.report.new, polled.report.skipped) == (len(kind.entries), [])
    assert source.title == kind.title
    for fact in kind.entries:
        found = Article.objects.public()
        if "id" in fact:
            found = found.filter(external_id=f"{url} {fact['id']}")
        if "title" in fact:
            found = found.filter(headline=fact["title"])
        if found.count() > 1:
            found = found.filter(summary=fact["text"])
        article = found.get()
        assert fact.get("text", "") in plain_text(article.summary + article.body)
        assert article.source == kind.title
        if "date" in fact:
            assert article.first_published is not None
            assert f"{article.first_published:%Y-%m-%dT%H:%M:%SZ}" == fact["date"]
    events = logged().count()
    _, again = follow(url)
    assert again.report is not None
    assert (again.report.new, again.report.changed, again.report.skipped) == (0, 0, [])
    assert again.report.unchanged == Article.objects.count() == len(kind.entries)
    assert logged().count() == events


def test_a_changed_entry_becomes_an_update(web: Web) -> None:
    url = web.serve("/feed", rss(item(1), item(2)))
    follow(url)
    web.serve("/feed", rss(item(1, headline="Story 1, corrected"), item(2)))
    _, polled = follow(url)
    assert polled.outcome == "2 entries, 0 new, 1 changed, 1 unchanged"
    article = Article.objects.get(headline="Story 1, corrected")
    kinds = list(article.versions.public().order_by("version").values_list("act", flat=True))
    assert kinds == [Version.Act.PUBLISH, Version.Act.UPDATE]


def test_stories_go_to_the_sources_section_in_the_order_of_their_time(web: Web) -> None:
    section = Section.objects.create(slug="world", name="World")
    follow(web.serve("/feed", rss(item(3), item(1), item(2))), section)
    assert [article.headline for article in Article.objects.order_by("order")] == [
        "Story 1",
        "Story 2",
        "Story 3",
    ]
    keys = logged(stream="section:world")
    told = [json.loads(event.item)["headline"] for event in keys]
    assert told == ["Story 1", "Story 2", "Story 3"]


def test_the_validators_are_sent_back_as_they_came(web: Web) -> None:
    when = "Sun, 22 Nov 2026 09:00:00 GMT"
    url = web.serve("/feed", rss(item(1)), etag='W/"a b"', last_modified=when)
    follow(url)
    web.serve("/feed", b"", status=304)
    _, polled = follow(url)
    assert polled.outcome == "not modified"
    asked = web.requests[-1][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('W/"a b"', when)


def test_new_content_under_the_previous_etag_is_read(web: Web) -> None:
    when = "Mon, 05 Jan 2026 01:00:00 GMT"
    url = web.serve("/feed", rss(item(1)), etag='"deadbeef"', last_modified=when)
    follow(url)
    web.serve("/feed", rss(item(1), item(2)), etag='"deadbeef"', last_modified=when)
    _, polled = follow(url)
    assert polled.outcome == "2 entries, 1 new, 1 unchanged"


def test_validators_that_come_with_nothing_new_are_kept(web: Web) -> None:
    when = "Sun, 22 Nov 2026 09:00:00 GMT"
    url = web.serve("/feed", rss(item(1)), etag='"1"', last_modified=when)
    follow(url)
    web.serve("/feed", b"", status=304, etag='"2"')
    source, _ = follow(url)
    assert (source.etag, source.last_modified) == ('"2"', when)
    follow(url)
    assert web.requests[-1][1]["if-none-match"] == '"2"'


@pytest.mark.parametrize(
    ("body", "called"),
    [
        (gzip.compress(rss(item(1))), "identity"),
        (rss(item(1)), "gzip"),
        (zlib.compress(rss(item(1)))[2:-4], "deflate"),
        (rss(item(1)), "UTF-8"),
        (rss(item(1)), "none"),
        (gzip.compress(rss(item(1))), "x-gzip"),
    ],
)
def test_a_feed_is_read_however_its_packing_is_called(web: Web, body: bytes, called: str) -> None:
    _, polled = follow(web.serve("/feed", body, content_encoding=called))
    assert polled.outcome == "1 entry, 1 new"


@pytest.mark.backend("sqlite")
def test_an_entry_that_fails_leaves_no_trace_and_is_tried_again(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full BEFORE INSERT ON ingest_seenitem WHEN NEW.key LIKE '%/2'"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    url = web.serve("/feed", rss(item(3), item(2), item(1)), etag='"1"')
    source, polled = follow(url)
    assert polled.outcome == "3 entries, 2 new, 1 skipped (the disk is full)"
    assert sorted(Article.objects.values_list("headline", flat=True)) == ["Story 1", "Story 3"]
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        f"{url}: 1 skipped: the disk is full (https://wire.example/2)"
    ]
    assert source.etag == ""  # or the server would say that there is nothing new

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER full")
    assert poll(source).outcome == "3 entries, 1 new, 2 unchanged"
    assert source.etag == '"1"'


def test_an_entry_that_the_newsroom_refuses_stops_no_other(web: Web, settings: Settings) -> None:
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 5000}
    source, polled = follow(
        web.serve("/feed", rss(item(1), item(2, text="long " * 2000), item(3)), etag='"1"')
    )
    assert polled.outcome.startswith("3 entries, 2 new, 1 skipped (body is too large")
    assert source.etag == '"1"'


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"<!doctype html><title>Sign in</title>", 200, "Not a feed. It is a web page"),
        (b"", 200, "Not a feed. It is empty"),
        (b"{}", 200, "Not a feed. It is JSON"),
        (b"", 404, "404 Not Found"),
        (b"", 500, "500 Internal Server Error"),
        (b"", 304, "304 Not Modified"),
    ],
)
def test_a_source_that_cannot_be_followed_is_not_kept(
    web: Web, body: bytes, status: int, words: str
) -> None:
    with pytest.raises(CannotFollow, match=words):
        follow(web.serve("/feed", body, status))
    assert not Source.objects.exists()
    assert not Article.objects.exists()


def test_the_next_poll_treats_the_source_of_a_killed_first_poll_as_new(web: Web) -> None:
    url = web.serve("/feed", b"", status=404)
    Source.objects.create(url=url, polling_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(CannotFollow, match="404 Not Found"):
        follow(url)
    assert not Source.objects.exists()
    Source.objects.create(url=url, polling_until=timezone.now() - timedelta(seconds=1))
    web.serve("/feed", rss(item(1)))
    follow(url)
    assert (Source.objects.get().title, Article.objects.count()) == ("The Wire", 1)


def test_a_poll_without_a_turn_leaves_the_new_source_of_the_other_poll_alone(web: Web) -> None:
    url = web.serve("/feed", rss(item(1)))
    Source.objects.create(url=url, polling_until=timezone.now() + timedelta(seconds=60))
    with pytest.raises(CannotFollow, match="polled again in at most 2 minutes"):
        follow(url)
    assert Source.objects.get().polling_until is not None


def test_a_source_that_fails_later_is_kept_with_the_reason(web: Web) -> None:
    source, _ = follow(web.serve("/feed", rss(item(1))))
    web.serve("/feed", b"", status=503)
    assert not poll(source).healthy
    source = Source.objects.get()
    assert not source.healthy
    assert source.last_outcome == "The server answered 503 Service Unavailable."
    web.serve("/feed", rss(item(1)))
    poll(source)
    assert Source.objects.get().healthy


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_to_a_410_does_not_end_a_feed(web: Web, status: int) -> None:
    source, _ = follow(web.serve("/feed", rss(item(1))) + "#top")
    web.serve("/other", b"", status=410)
    web.redirect("/feed", "/other", status)
    assert poll(source).outcome == "The server answered 410 Gone."
    assert Source.objects.get().next_poll is not None
    web.serve("/feed", b"", status=410)
    assert poll(source).outcome.startswith("The server answered 410 Gone: the feed has ended.")
    assert Source.objects.get().next_poll is None


def test_entries_of_the_future_keep_no_quiet_feed_at_a_fast_pace(web: Web) -> None:
    events = [item(2 + n).replace("2020", "2099") for n in range(LOOKED_AT)]
    source, _ = follow(web.serve("/feed", rss(item(1), *events)))
    assert source.next_poll is not None and source.last_polled is not None
    assert source.next_poll - source.last_polled > timedelta(hours=20)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [Now(), None])
def test_a_poll_that_is_asked_for_during_a_poll_is_not_lost(web: Web, before: Now | None) -> None:
    source, _ = follow(web.serve("/feed", rss(item(1))))
    Source.objects.update(next_poll=before)
    asked = database_time() + timedelta(milliseconds=5)

    def answer(request: BaseHTTPRequestHandler) -> None:
        Source.objects.update(next_poll=asked)
        connection.close()  # this thread is the web server's
        request.send_error(500)

    web.handle("/feed", answer)
    poll(source)
    assert Source.objects.get().next_poll == asked
    Source.objects.update(next_poll=before)
    web.serve("/feed", rss(item(1)))
    poll(source)
    assert Source.objects.get().next_poll == source.next_poll > asked


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_one_of_two_simultaneous_polls_runs_and_the_other_reports_it(web: Web, known: bool) -> None:
    url = web.serve("/feed", rss(item(1)))
    if known:
        follow(url)
    both_ask = Barrier(2, timeout=20)
    body = rss(item(1), item(2))

    def answer(request: BaseHTTPRequestHandler) -> None:
        both_ask.wait()  # one has asked for the feed, and the other has been turned away
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def run() -> str:
        try:
            return follow(url)[1].outcome
        except CannotFollow as error:
            both_ask.wait()
            return str(error)
        finally:
            connection.close()

    web.handle("/feed", answer)
    with ThreadPoolExecutor(2) as polls:
        outcomes = sorted(poll.result() for poll in [polls.submit(run), polls.submit(run)])
    assert outcomes[0].startswith("2 entries, 1 new, 1 unchanged" if known else "2 entries, 2 new")
    assert outcomes[1].startswith("Another poll of it is running")
    assert sorted(Article.objects.values_list("headline", flat=True)) == ["Story 1", "Story 2"]
    assert Source.objects.get().polling_until is None


def test_items_that_leave_the_feed_stay_and_items_that_return_are_not_new(web: Web) -> None:
    source, _ = follow(web.serve("/feed", rss(item(2), item(1))))
    web.serve("/feed", rss(item(3), item(2)))
    poll(source)
    assert Article.objects.public().count() == 3
    web.serve("/feed", rss(item(3), item(2), item(1)))
    assert poll(source).outcome == "3 entries, 0 new, 3 unchanged"


def test_a_section_given_later_is_for_the_stories_to_come(web: Web) -> None:
    section = Section.objects.create(slug="world", name="World")
    url = web.serve("/feed", rss(item(1)))
    follow(url)
    web.serve("/feed", rss(item(1), item(2)))
    follow(url, section)
    sections = Article.objects.order_by("headline").values_list("section__slug", flat=True)
    assert list(sections) == [None, "world"]


def test_a_source_deleted_and_followed_again_makes_no_article_twice(web: Web) -> None:
    url = web.serve("/feed", rss(item(1), item(2)))
    source, _ = follow(url)
    source.delete()
    follow(url)
    assert (Article.objects.count(), SeenItem.objects.count()) == (2, 2)


def test_loopback_is_refused_by_default(web: Web, settings: Settings) -> None:
    settings.STOPPRESS_FETCH_PRIVATE = False
    settings.STOPPRESS_FETCH_PORTS = [int(web.url.rpartition(":")[2])]
    with pytest.raises(CannotFollow, match="STOPPRESS_FETCH_PRIVATE"):
        follow(web.serve("/feed", rss(item(1))))
    assert web.requests == []


def test_the_user_agent_names_the_site_and_a_contact(web: Web, settings: Settings) -> None:
    settings.STOPPRESS_FETCH_CONTACT = "https://paper.example/about"
    follow(web.serve("/feed", rss(item(1))))
    agent = web.requests[0][1]["user-agent"]
    assert agent.startswith("StopPress/")
    assert agent.endswith(" (+https://paper.example/about)")


def test_relative_links_are_relative_to_the_address_that_was_redirected_to(web: Web) -> None:
    body = rss("<item><title>x</title><link>/1</link></item>")
    web.serve("/new/feed", body)
    follow(web.redirect("/feed", "/new/feed"))
    assert Article.objects.get().original_url == f"{web.url}/1"


def test_a_future_date_is_taken_as_now(web: Web) -> None:
    before = timezone.now()
    later = "<pubDate>Sun, 22 Nov 2099 09:00:00 GMT</pubDate>"
    follow(web.serve("/feed", rss(f"<item><guid>1</guid><title>x</title>{later}</item>")))
    article = Article.objects.get()
    assert article.first_published is not None
    assert before <= article.first_published <= timezone.now()


@pytest.mark.backend("sqlite", long="postgres")
def test_the_ordinary_entries_of_a_hostile_feed_come_in(web: Web) -> None:
    deep = ["&lt;ul&gt;&lt;li&gt;" * 20_000, "&lt;div&gt;" * 20_000]
    hostile = [item(10 + n, text=deep[n % 2]) for n in range(20)]
    with no_more_cpu_than(5):
        _, polled = follow(web.serve("/feed", rss(item(1), *hostile, item(2))))
    assert polled.outcome == ("22 entries, 2 new, 20 skipped (its text has too many nested tags)")


def test_an_endless_feed_is_given_up(web: Web) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Connection", "close")
        request.end_headers()
        while True:
            request.wfile.write(b"<x>" * 10_000)

    with pytest.raises(CannotFollow, match="larger than 10,000,000 bytes"):
        follow(web.handle("/feed", endless))
