"""What readers must not see is in no answer, no stream and no table but the article's own."""

import logging

import pytest

from . import roles, shown, words
from .crawl import answer, crawl, crawl_tables, stream_text
from .fillers import values_of
from .planted import Planted, plant
from .roles import INSIDERS, OUTSIDERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted() -> Planted:
    return plant()


@pytest.mark.parametrize("who", OUTSIDERS, ids=lambda who: who.__name__)
@pytest.mark.slow("it asks for every address")
def test_nobody_without_the_right_finds_what_is_not_public(planted, who, caplog):
    with caplog.at_level(logging.INFO):
        assert list(crawl(who())) == []
    assert words.found_in(caplog.text) == set()
    assert list(crawl_tables()) == []


@pytest.mark.parametrize("who", INSIDERS, ids=lambda who: who.__name__)
@pytest.mark.slow("it asks for every address")
def test_whoever_may_read_drafts_finds_no_unsaved_text_of_another(planted, who):
    assert list(crawl(who())) == []


def test_the_same_crawler_finds_a_public_article_wherever_it_is(planted):
    pk = planted["public"].pk
    reader, program = roles.anonymous().client(), roles.a_token_that_may_read().client()
    for client, addresses in ((reader, shown.ADDRESSES), (program, shown.CALLS)):
        for address, names in addresses.items():
            page = answer(client, "GET", address.format(pk=pk))
            assert shown.missing(page, "public", names) == set(), address
    for name, names in shown.STREAMS.items():
        assert shown.missing(stream_text(name.format(pk=pk)), "public", names) == set(), name


def test_a_parameter_without_a_known_value_is_named():
    with pytest.raises(AssertionError, match="no known value for <moon> of /x/<moon>/"):
        values_of("/x/<moon>/", "moon")
