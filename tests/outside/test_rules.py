"""`allowed` and `site_rules`: what may be asked."""

import pytest
from pytest_django import Settings
from yarl import URL

from stoppress.outside.no_answer import NotAllowed
from stoppress.outside.rules import Rules, allowed, site_rules


def test_a_redirect_from_https_to_http_is_refused() -> None:
    secure = URL("https://x.example/feed")
    with pytest.raises(NotAllowed, match="from https to http"):
        allowed("http://x.example/feed", Rules(), secure)
    assert str(allowed("//y.example/feed#top", Rules(), secure)) == "https://y.example/feed"


def test_the_rules_are_those_of_the_settings(settings: Settings) -> None:
    settings.STOPPRESS_FETCH_PRIVATE = True
    settings.STOPPRESS_FETCH_PORTS = (443, 8443)
    settings.STOPPRESS_FETCH_CONTACT = "https://paper.example/about"
    rules = site_rules()
    assert (rules.private, rules.ports) == (True, {443, 8443})
    assert rules.agent.endswith(" (+https://paper.example/about)")
