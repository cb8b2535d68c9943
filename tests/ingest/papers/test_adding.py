"""`stoppress follow URL --token-file F`: what it adds, and what it says where it cannot."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from stoppress.ingest.models import Source
from stoppress.newsroom.models import Article
from tests.newsroom.desk import public, section

from .other import Served

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_network")]


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text("sp_secret\n")
    file.chmod(0o600)
    return file


def follow(url: str, token: Path, *options: str) -> str:
    out = StringIO()
    call_command("follow", url, "--token-file", str(token), *options, stdout=out)
    return out.getvalue()


def test_a_paper_becomes_a_source_and_its_newest_articles_are_here(web, token):
    Served(web, public)
    said = follow(f"{web.url}/", token, "--all")
    assert said.startswith(f"{web.url}: 1 taken in; followed; ")
    source = Source.objects.get()
    assert (source.kind, source.url, source.token_file) == ("paper", web.url, str(token))
    assert (source.whole, source.healthy, source.last_outcome) == (True, True, "followed")
    assert source.cursor
    assert source.polling_until is None
    assert "sp_secret" not in str(vars(source))
    assert {headers["authorization"] for _, headers in web.requests} == {"Bearer sp_secret"}


def test_a_second_run_changes_the_given_settings_and_imports_nothing(web, token):
    Served(web, public)
    follow(web.url, token)
    agency = section("agency")
    assert "as before" in follow(web.url, token, "--section", "agency")
    assert Source.objects.get().section == agency
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b"{}", "The paper does not accept the token."),
        (403, b"{}", "It needs the scope read."),
        (404, b"", "does not answer like a Stop Press"),
        (200, b"<html>", "does not answer like a Stop Press"),
        (200, b"[" * 100_000, "does not answer like a Stop Press"),
        (200, b'{"frames": [{"type": "snapshot"}]}', "does not answer like a Stop Press"),
        (302, b"", "redirects"),
        (500, b"", "The server answered 500 Internal Server Error."),
    ],
)
def test_an_unreadable_address_gives_a_message_and_keeps_no_source(web, token, status, body, words):
    web.serve("/live/poll?stream=wire", body, status, location="https://elsewhere.example/")
    with pytest.raises(CommandError) as raised:
        follow(web.url, token)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("mode", "text", "words"),
    [
        (0o644, "sp_secret", "chmod 600"),
        (0o600, "", "has no token"),
        (0o600, "sp_one\nsp_two", "has no token"),
        (None, "", "There is no file"),
    ],
)
def test_a_token_file_that_others_can_read_or_that_has_none_is_refused(
    web, token, mode, text, words
):
    token.write_text(text)
    token.unlink() if mode is None else token.chmod(mode)
    with pytest.raises(CommandError, match=words):
        follow(web.url, token)
    assert web.requests == []


def test_a_token_is_sent_over_https_alone(settings, token):
    settings.STOPPRESS_FETCH_PRIVATE = False
    with pytest.raises(CommandError, match="must begin with https://"):
        follow("http://first.example/", token)


def test_a_feed_is_refused_as_paper_and_a_paper_as_feed(web, token):
    Source.objects.create(url=web.url)
    with pytest.raises(CommandError, match="followed as a feed"):
        follow(web.url, token)
    Source.objects.update(kind=Source.Kind.PAPER)
    with pytest.raises(CommandError, match="followed as a paper"):
        call_command("follow", web.url)
    with pytest.raises(CommandError, match="--all is for another paper"):
        call_command("follow", web.url, "--all")
