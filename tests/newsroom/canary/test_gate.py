"""Private text is in no answer, no stream and no table other than the article's own."""

import logging
from itertools import combinations

import pytest
from django.contrib.admin.models import LogEntry

from stoppress.newsroom.models import Article
from tests.newsroom.admin.editor import decide, save

from . import roles, shown, words
from .crawl import answer, crawl, crawl_tables, stream_text
from .fillers import values_of
from .planted import Planted, plant
from .roles import INSIDERS, OUTSIDERS

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite")]


@pytest.fixture
def planted() -> Planted:
    return plant()


@pytest.mark.parametrize("who", OUTSIDERS, ids=lambda who: who.__name__)
@pytest.mark.slow("it asks for every address")
def test_private_words_are_found_only_with_the_right(planted, who, caplog):
    with caplog.at_level(logging.INFO):
        assert list(crawl(who())) == []
    assert words.found_in(caplog.text) == set()
    assert list(crawl_tables()) == []


@pytest.mark.parametrize("who", INSIDERS, ids=lambda who: who.__name__)
@pytest.mark.slow("it asks for every address")
def test_readers_of_drafts_find_no_unsaved_text_of_others(planted, who):
    assert list(crawl(who())) == []


@pytest.mark.parametrize("state", ["public", "post"])
def test_the_crawler_finds_public_words_at_every_address(planted, state):
    [use] = planted[state].picture_uses.select_related("picture")
    picture = use.picture.address(use.picture.renditions[0])
    own = {
        "state": state,
        "pk": planted[state].pk,
        "story": planted[state].parent_id,
        "picture": picture,
    }
    reader, program = roles.anonymous().client(), roles.a_token_that_may_read().client()
    pages, calls, streams = shown.places(state)
    for client, addresses in ((reader, pages), (program, calls)):
        for address, names in addresses.items():
            page = answer(client, "GET", address.format(**own))
            assert shown.missing(page, state, names) == set(), address
    for name, names in streams.items():
        assert shown.missing(stream_text(name.format(**own)), state, names) == set(), name


def test_a_retracted_text_is_in_no_comparison_after_the_article_is_restored(planted):
    pk = planted["restored"].pk
    reader = roles.anonymous().client()
    page = answer(reader, "GET", f"/articles/{pk}/")
    assert page.startswith("200") and "/history/" not in page
    compared = [page]
    for before, after in combinations(range(1, 7), 2):
        compared.append(answer(reader, "GET", f"/articles/{pk}/history/{before}..{after}/"))
    # The bar about breaking news is on every page.
    assert words.found_in("".join(compared)) <= {("public", "headline")}


@pytest.mark.backend("sqlite", "postgres")
def test_no_search_reveals_that_a_private_word_exists(planted):
    reader, nothing = roles.anonymous().client(), "Nothing was found"
    secret = {f"zq0{state}" for state in planted.articles if state not in {"public", "post"}}
    secret |= {words.text(state, name) for state in ("public", "post") for name in words.DESK}
    secret |= {words.text("note", "on_public"), words.text("copy", "of_public"), "nowhere"}
    for word in secret:
        assert nothing in answer(reader, "GET", f"/search/?q={word}"), word
    for word in ("zq0public", "zq0post0"):
        assert nothing not in answer(reader, "GET", f"/search/?q={word}"), word


def test_a_version_that_was_withdrawn_is_in_no_table_at_all(planted):
    left = {each.where for each in crawl_tables(but=()) if each.canary[0] == "withdrawn"}
    assert left == set()


def test_editors_actions_leave_no_text_in_the_log_of_the_admin(client):
    client.force_login(roles.a_superuser().user)
    assert save(client, headline=words.text("draft", "headline")).status_code == 302
    article = Article.objects.get()
    for button in ("_submit", "_save"):
        assert save(client, article, button).status_code == 302
    for decision in ("send_back", "discard", "reopen"):
        note = words.text("note", decision)
        assert decide(client, article, decision, note).status_code == 302
    assert LogEntry.objects.count() == 6
    assert list(crawl_tables()) == []


def test_a_parameter_without_a_known_value_is_named():
    with pytest.raises(AssertionError, match="no known value for <moon> of /x/<moon>/"):
        values_of("/x/<moon>/", "moon")
