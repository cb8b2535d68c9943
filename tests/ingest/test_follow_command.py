"""`stoppress manage follow`: its output and its exit."""

import os
import signal
from http.server import BaseHTTPRequestHandler
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from stoppress.ingest.models import Source
from stoppress.newsroom.models import Article, Section
from tests.services.web import Web

from .test_follow import item, rss

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_network")]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("follow", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_title_of_the_feed_and_the_result(web: Web) -> None:
    url = web.serve("/feed", rss(item(1), item(2)))
    assert run(url) == f"{url} is 'The Wire': 2 entries, 2 new\n"
    assert run(url) == f"{url} is 'The Wire': 2 entries, 0 new, 2 unchanged\n"
    web.serve("/feed", rss(item(1), item(2, headline="Another"), item(3)))
    assert run(url) == f"{url} is 'The Wire': 3 entries, 1 new, 1 changed, 1 unchanged\n"


def test_a_feed_that_is_not_well_formed_is_read_with_a_warning(web: Web) -> None:
    url = web.serve("/feed", rss(item(1)).replace(b"</rss>", b""))
    assert f"{url} is 'The Wire': 1 entry, 1 new; not well formed (no element found" in run(url)
    assert "1 entry, 1 new; not well formed" in Source.objects.get().last_outcome


def test_stories_go_to_the_section_that_was_named(web: Web) -> None:
    Section.objects.create(slug="world", name="World")
    run(web.serve("/feed", rss(item(1))), "--section", "world")
    section = Article.objects.get().section
    assert section is not None
    assert section.slug == "world"


def test_an_unknown_section_is_refused_before_anything_is_fetched(web: Web) -> None:
    Section.objects.create(slug="world", name="World")
    url = web.serve("/feed", rss(item(1)))
    with pytest.raises(CommandError, match="There is no section 'sport'; there are: world."):
        run(url, "--section", "sport")
    assert web.requests == []
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [(b"<html>", 200, "Not a feed. It is a web page"), (b"", 404, "404 Not Found")],
)
def test_a_document_that_is_not_a_feed_is_one_line_of_error_and_is_not_kept(
    web: Web, body: bytes, status: int, words: str
) -> None:
    url = web.serve("/feed", body, status)
    with pytest.raises(CommandError) as raised:
        run(url)
    assert str(raised.value).startswith(f"{url}: ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.returncode == 1
    assert not Source.objects.exists()


@pytest.mark.parametrize("known", [False, True])
def test_an_interrupted_poll_gives_up_its_turn(web: Web, known: bool) -> None:
    url = web.serve("/feed", rss(item(1)))
    if known:
        run(url)

    def stop(request: BaseHTTPRequestHandler) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        request.rfile.read(1)  # until it hangs up

    before = signal.getsignal(signal.SIGTERM)
    web.handle("/feed", stop)
    with pytest.raises(SystemExit) as ended:
        run(url)
    assert ended.value.code == 128 + signal.SIGTERM
    assert list(Source.objects.values_list("polling_until", flat=True)) == [None] * known
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_file_can_be_followed_from_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(rss(item(1), item(2)))
    assert run(file.as_uri()).endswith("is 'The Wire': 2 entries, 2 new\n")
    with pytest.raises(CommandError, match="There is no such file"):
        run(f"{file.as_uri()}x")
