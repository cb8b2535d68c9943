"""The background worker's polls, of feeds on loopback that change, refuse, hang and end."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from django.db import OperationalError, connections

from stoppress.ingest import follow as following
from stoppress.ingest.follow import follow
from stoppress.ingest.models import Source
from stoppress.ingest.polling import poller
from stoppress.ingest.polling.poller import HOST_PAUSE_SECONDS, Poller
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article
from tests.ingest.test_follow import item, rss
from tests.services.web import Web
from tests.webhooks.waiting import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_network")]


@contextmanager
def polling() -> Iterator[Poller]:
    """Poll in the background, as the worker does."""
    running = Poller()
    running.start()
    try:
        yield running
    finally:
        running.stop()


def followed(web: Web, path: str = "/feed", host: str = "127.0.0.1") -> Source:
    """Return a source that was polled, and is due."""
    url = web.serve(path, rss(item(1))).replace("127.0.0.1", host)
    source, _ = follow(url)
    make_due(source)
    return source


def make_due(source: Source) -> datetime:
    now = database_time()
    Source.objects.filter(pk=source.pk).update(next_poll=now)
    return now


def polled(source: Source) -> Source:
    """Return a source once it was polled after `make_due`."""
    return wait_for(
        lambda: Source.objects.filter(
            pk=source.pk, polling_until=None, last_polled__gt=source.last_polled
        ).first()
    )


def seconds_until_next(source: Source) -> float:
    assert source.next_poll is not None and source.last_polled is not None
    return (source.next_poll - source.last_polled).total_seconds()


def refusing(status: int, retry_after: str = "") -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        if retry_after:
            request.send_header("Retry-After", retry_after)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def test_a_due_feed_is_polled_and_its_new_stories_are_published(web: Web) -> None:
    source, other = followed(web), followed(web, "/other")
    Source.objects.filter(pk=other.pk).update(next_poll=database_time() + timedelta(hours=1))
    file = Source.objects.create(url="file:///etc/hostname", title="A file")
    paper = Source.objects.create(url="https://x.example/", kind=Source.Kind.PAPER)
    web.requests.clear()
    web.serve("/feed", rss(item(1), item(2)), cache_control="max-age=7200")
    with polling():
        source = polled(source)
    assert Article.objects.public().filter(headline="Story 2").count() == 1
    assert (source.last_outcome, source.healthy) == ("2 entries, 1 new, 1 unchanged", True)
    # The entries are years old, so the feed is quiet.
    assert 0.9 * 86_400 <= seconds_until_next(source) <= 1.1 * 86_400
    assert [path for path, _ in web.requests] == ["/feed"]
    assert not Source.objects.filter(pk__in=[file.pk, paper.pk], last_polled__isnull=False)


@pytest.mark.parametrize(
    ("status", "asked", "least", "most"),
    [(503, "172800", 172_800, 190_080), (429, "172800", 172_800, 190_080)],
)
def test_a_server_that_asks_for_a_wait_gets_it(
    web: Web, status: int, asked: str, least: int, most: int
) -> None:
    source = followed(web)
    web.handle("/feed", refusing(status, asked))
    with polling():
        source = polled(source)
    assert least <= seconds_until_next(source) <= most
    assert (source.healthy, source.failures) == (False, 1)
    assert source.failing_since == source.last_polled


def test_a_feed_that_fails_and_comes_back_is_counted_anew(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    source = followed(web)
    web.handle("/feed", refusing(500))
    with polling():
        first = polled(source)
        make_due(first)
        second = polled(first)
        assert (second.failures, second.failing_since) == (2, first.failing_since)
        assert f"the feed {source.url} fails: The server answered 500" in caplog.text
        web.serve("/feed", rss(item(1)))
        make_due(second)
        third = polled(second)
    assert (third.failures, third.failing_since, third.healthy) == (0, None, True)


def test_a_feed_with_status_410_is_polled_again_only_on_request(web: Web) -> None:
    source = followed(web)
    web.handle("/feed", refusing(410))
    with polling():
        ended = polled(source)
        assert (ended.next_poll, ended.healthy) == (None, False)
        assert ended.last_outcome.endswith("It is polled again only if you ask for it.")
        web.serve("/feed", rss(item(1), item(2)))
        make_due(ended)
        back = polled(ended)
    assert back.healthy and back.next_poll is not None
    assert Article.objects.public().count() == 2


def test_a_feed_that_became_a_web_page_is_reported_and_its_articles_stay(web: Web) -> None:
    source = followed(web)
    web.serve("/feed", b"<!doctype html><title>Domain for sale</title>")
    with polling():
        source = polled(source)
    assert source.last_outcome == "Not a feed. It is a web page, not a feed."
    assert not source.healthy and source.next_poll is not None
    assert Article.objects.public().count() == 1


def test_a_new_source_whose_first_poll_was_killed_is_kept_after_a_failure(web: Web) -> None:
    source = Source.objects.create(url=web.handle("/feed", refusing(404)))
    with polling():
        failed = wait_for(lambda: Source.objects.filter(last_polled__isnull=False).first())
    assert failed == source and failed.last_outcome == "The server answered 404 Not Found."


def test_a_server_that_hangs_delays_no_other_feed_and_no_shutdown(web: Web) -> None:
    hangs, other = followed(web), followed(web, "/other", host="localhost")
    asked, go_on = threading.Event(), threading.Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        asked.set()
        go_on.wait(60)

    web.handle("/feed", hang)
    try:
        with polling() as running:
            assert asked.wait(60)
            polled(other)
        assert not running.is_alive()
        wait_for(
            lambda: (
                f"stoppress-poll-{hangs.pk}" not in {each.name for each in threading.enumerate()}
            )
        )
        # The fetch was given up, so another worker can begin it at once.
        after = Source.objects.get(pk=hangs.pk)
        assert (after.polling_until, after.last_polled) == (None, hangs.last_polled)
        assert after.next_poll is not None and after.next_poll <= database_time()
    finally:
        go_on.set()


def test_a_host_is_asked_one_thing_at_a_time_with_a_pause_between(web: Web) -> None:
    sources = [followed(web, path) for path in ("/a", "/b", "/c")]
    spans: list[tuple[float, float]] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        began, body = time.monotonic(), rss(item(1))
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
        spans.append((began, time.monotonic()))

    for path in ("/a", "/b", "/c"):
        web.handle(path, answer)
    with polling():
        for source in sources:
            polled(source)
    assert len(spans) == 3
    # Not of the machine's speed: the poller itself waits for so long.
    assert all(
        after[0] - before[1] >= HOST_PAUSE_SECONDS - 0.1
        for before, after in zip(spans, spans[1:], strict=False)
    )


def test_two_workers_poll_a_feed_once(web: Web) -> None:
    source = followed(web)
    web.requests.clear()
    web.serve("/feed", rss(item(1), item(2)))
    with polling(), polling():
        polled(source)
    assert len(web.requests) == 1
    assert Article.objects.public().count() == 2


def test_a_source_that_is_deleted_while_it_is_polled_brings_nothing(web: Web) -> None:
    source, other = followed(web), followed(web, "/other", host="localhost")
    body = rss(item(1), item(2))

    def answer(request: BaseHTTPRequestHandler) -> None:
        Source.objects.filter(pk=source.pk).delete()
        connections.close_all()  # this thread is the web server's
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    web.handle("/feed", answer)
    with polling():
        wait_for(lambda: not Source.objects.filter(pk=source.pk).exists())
        polled(other)
    assert Article.objects.public().count() == 2  # of the first polls
    assert Source.objects.get() == other


def test_an_internal_error_is_recorded_at_its_source_and_polling_continues(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    source = followed(web)
    make_due(source)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(following, "take_in", broken)  # no known document breaks it
        with polling() as running:
            failed = polled(source)
            assert running.is_alive()
    assert failed.last_outcome == "Internal error; it has been logged."
    assert not failed.healthy and failed.next_poll > database_time()
    assert "polling it failed" in caplog.text


def test_feeds_are_polled_when_the_database_is_back(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, away, due = followed(web), threading.Event(), poller.due

    def failing() -> list[tuple[int, str]]:
        if not away.is_set():
            away.set()
            raise OperationalError("the server closed the connection")
        return due()

    monkeypatch.setattr(poller, "due", failing)  # both databases at once fail like this
    with polling():
        polled(source)
    assert away.is_set()
