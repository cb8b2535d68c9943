"""The names of an item, and the hashes of its texts."""

from datetime import timedelta
from typing import Any

import pytest

from stoppress.ingest.identity import (
    digest,
    fingerprint,
    id_alias,
    link_alias,
    name,
    says_much_the_same,
)
from tests.effort import no_more_cpu_than

from .stories import NINE, known, story


def test_an_item_is_identified_by_its_id_or_its_link() -> None:
    assert name(story()) == "urn:1"
    assert name(story(id="")) == "https://x.example/1"


def test_an_item_without_either_is_identified_by_headline_and_date() -> None:
    bare = story(id="", link="")
    assert name(bare).startswith("sha256:")
    assert name(bare) == name(story(id="", link="", body="<p>Another body</p>"))
    assert name(bare) != name(story(id="", link="", published=NINE + timedelta(hours=1)))


def test_an_item_without_id_and_link_is_identified_by_its_text() -> None:
    nothing: dict[str, Any] = {"id": "", "link": "", "headline": "Untitled", "published": None}
    assert name(story(**nothing)) != name(story(**nothing, body="<p>Another</p>"))
    assert name(story(**nothing, summary="", body="")) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://x.example/a", "https://www.x.example/a"),
        ("http://x.example/a?id=1", "http://X.example/a?id=1&utm_source=rss&UTM_medium=feed"),
        ("http://x.example", "http://x.example/?utm_source=rss"),
        ("http://x.example/a", "http://x.example/a#xtor=RSS-1"),
    ],
)
def test_copies_of_a_link_have_one_alias(one: str, other: str) -> None:
    assert link_alias(story(link=one)) == link_alias(story(link=other)) != ""


def test_the_part_after_the_hash_tells_ids_apart() -> None:
    assert id_alias(story(id="http://x.example/29#a")) != id_alias(
        story(id="http://x.example/29#b")
    )
    assert id_alias(story(id="http://x.example/a")) == id_alias(story(id="https://www.x.example/a"))


def test_an_id_that_is_no_address_has_no_alias() -> None:
    assert id_alias(story(id="urn:1")) == ""


def test_an_item_without_an_id_has_its_link_for_an_alias() -> None:
    assert id_alias(story(id="", link="http://www.x.example/a?utm_source=x")) == "x.example/a"


def test_a_link_that_counts_edits_has_one_alias() -> None:
    one, other = story(link="http://x.example/a?v=1"), story(link="http://x.example/a?v=2#3")
    assert link_alias(one) == link_alias(other) == "x.example/a"


@pytest.mark.parametrize("number", ["news.asp?n={}", "show?story_no={}", "track/bills/{}", "?x={}"])
def test_another_number_in_the_items_own_link_is_another_link(number: str) -> None:
    one, other = (story(link="https://track.x.example/" + number.format(n)) for n in (17, 18))
    assert fingerprint(one)["link"] != fingerprint(other)["link"]


def test_an_alias_too_long_for_an_index_is_dropped() -> None:
    assert link_alias(story(link="https://x.example/" + "ü" * 1500)) == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("headline", "Fire in the port"),
        ("summary", "Three were hurt."),
        ("body", "<p>Three were hurt in a fire.</p>"),
        ("body", '<p>Two were hurt in a <a href="/fire">fire</a>.</p>'),
        ("byline", "Bob Smith"),
        ("link", "https://x.example/2"),
    ],
)
def test_an_edit_changes_the_hash_of_its_field_alone(field: str, value: str) -> None:
    before, after = fingerprint(story()), fingerprint(story(**{field: value}))
    assert {name for name in before if before[name] != after[name]} == {field}


@pytest.mark.parametrize(
    "fields",
    [
        {"published": None},
        {"id": "urn:2"},
        {"language": "de"},
        {"headline": "Fire  in the\nharbour"},
        {"link": "http://www.x.example/1?utm_source=rss"},
        {"link": "https://m.x.example/1;jsessionid=7#0"},
        {"link": "https://x.example/1?fbclid=x17"},
        {"body": "<div>Two were  hurt in a fire.</div>"},
        {"body": '<p>Two were hurt in a fire.</p><img src="//pix.example/1" width="1" height="1">'},
    ],
)
def test_a_meaningless_difference_changes_no_hash(fields: dict[str, Any]) -> None:
    assert fingerprint(story()) == fingerprint(story(**fields))


def test_letters_count_however_they_are_composed() -> None:
    assert digest("Café") == digest("Cafe\u0301")
    assert digest("a", "b") != digest("ab") != digest("a b")


def test_a_long_run_of_accents_is_processed_in_time() -> None:
    with no_more_cpu_than(1):
        assert digest("e" + "\u0301\u0327" * 100_000) == digest("e" + "\u0301\u0327" * 90_000)
    assert digest("e\u0301\u0327") == digest("e\u0327\u0301")


def test_stories_are_similar_by_headline_text_or_date() -> None:
    before = known(story())
    other: dict[str, Any] = {"headline": "Flood", "summary": "", "body": "<p>Water.</p>"}
    day, hour = timedelta(days=1), timedelta(hours=1)
    assert says_much_the_same(story(headline="Flood", published=None), before, hour)
    assert says_much_the_same(story(**other | {"headline": story().headline}), before, hour)
    assert says_much_the_same(story(**other, published=NINE + hour), before, hour)
    assert not says_much_the_same(story(**other, published=NINE + day), before, hour)
    assert not says_much_the_same(story(**other, published=None), before, hour)
