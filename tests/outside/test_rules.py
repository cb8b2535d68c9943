"""`allowed` and `site_rules`: what may be asked."""

import pytest
from pytest_django import Settings
from yarl import URL

from stoppress.outside.no_answer import NotAllowed
from stoppress.outside.rules import Rules, allowed, site_rules


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://x.example/", "Only http and https"),
        ("gopher://127.0.0.1/", "Only http and https"),
        ("javascript:alert(1)", "Only http and https"),
        ("/etc/passwd", "Only http and https"),
        ("", "Only http and https"),
        ("file:///etc/passwd", "only from the command line"),
        ("http://", "names no host"),
        ("http://[::1", "not an address"),
        ("http://x.example:99999/", "not an address"),
        ("http://u:p@x.example/", "a user or a password"),
        ("http://u@x.example/", "a user or a password"),
    ],
)
def test_an_invalid_web_address_is_refused(url: str, words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        allowed(url, Rules(private=True))


def test_only_the_allowed_ports_are_accepted() -> None:
    with pytest.raises(NotAllowed, match=r"Port 22 is not allowed\. STOPPRESS_FETCH_PORTS"):
        allowed("http://8.8.8.8:22/", Rules())


def test_a_redirect_from_https_to_http_is_refused() -> None:
    secure = URL("https://x.example/feed")
    with pytest.raises(NotAllowed, match="from https to http"):
        allowed("http://x.example/feed", Rules(), secure)
    assert str(allowed("//y.example/feed#top", Rules(), secure)) == "https://y.example/feed"


def test_a_redirect_without_an_address_is_refused() -> None:
    with pytest.raises(NotAllowed):
        allowed("", Rules(), URL("https://x.example/feed"))


def test_the_rules_follow_the_settings(settings: Settings) -> None:
    settings.STOPPRESS_FETCH_PRIVATE = True
    settings.STOPPRESS_FETCH_PORTS = (443, 8443)
    settings.STOPPRESS_FETCH_CONTACT = "https://paper.example/about"
    rules = site_rules()
    assert (rules.private, rules.ports) == (True, {443, 8443})
    assert rules.agent.endswith(" (+https://paper.example/about)")
