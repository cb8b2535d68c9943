"""Ids that count the edits of one item."""

import pytest

from stoppress.ingest.edit_counts import (
    are_edits_of_one,
    are_of_other_hosts,
    base_and_count,
    names_a_story,
    names_one_story,
    say_so,
)
from tests.effort import no_more_cpu_than

LINK = "x.example/news/c4e"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.example/news/c4e#0", "https://x.example/news/c4e#1"),
        ("https://x.example/news/c4e", "https://x.example/news/c4e#1"),
        ("http://www.x.example/news/c4e?v=1", "https://x.example/news/c4e?v=2"),
        ("https://x.example/news/c4e?modified=1767603600", "https://x.example/news/c4e?modified=2"),
        ("https://x.example/news/c4e/2", "https://x.example/news/c4e/3"),
        ("https://x.example/news/c4e-2026-01-05T09:00", "https://x.example/news/c4e"),
        ("urn:x:17-rev3", "urn:x:17-rev4"),
        ("tag:x.example,2026:c4e", "tag:x.example,2026:c4e-rev2"),
        ("17_v2", "17_v3"),
        ("17 Rev. 2", "17 Rev. 3"),
        ("urn:newsml:x.example:20260105:c4e:1N", "urn:newsml:x.example:20260105:c4e:2U"),
        ("c4e:3", "c4e:4"),
        ("news/c4e.12", "news/c4e.13"),
        ("c4e (1)", "c4e (2)"),
        ("c4e|1", "c4e|2"),
        ("17?lastmod=1767603600", "17?lastmod=1767603601"),
    ],
)
def test_ids_of_two_edits_are_of_one_item(one: str, other: str) -> None:
    assert are_edits_of_one(one, other, LINK)
    assert are_edits_of_one(other, one, LINK)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "2"),
        ("urn:x:1", "urn:x:2"),
        ("item-17", "item-18"),
        ("https://x.example/news/1", "https://x.example/news/2"),
        ("https://x.example/news/c4e#post-1", "https://x.example/news/c4e#post-2"),
        ("urn:x:17-rev3", "urn:x:18-rev3"),
        ("c4e-2026-01-05", "c4e-2026-01-06"),
        ("17-edition-1", "17-edition-2"),
        ("urn:newsml:x.example:20260105:17:1N", "urn:newsml:x.example:20260105:18:1N"),
        ("urn:newsml:x.example:20260105:17", "urn:newsml:x.example:20260106:17"),
        ("a", "b"),
        ("", ""),
    ],
)
def test_ids_of_two_stories_are_not_of_one_item(one: str, other: str) -> None:
    assert one == other or not are_edits_of_one(one, other, LINK)


def test_a_count_at_the_front_page_needs_a_word_for_edits() -> None:
    assert not are_edits_of_one("https://x.example/#1", "https://x.example/#2", "x.example/")
    assert are_edits_of_one("wx-v1", "wx-v2", "x.example/")


def test_a_word_or_the_same_page_is_certain_and_a_number_is_not() -> None:
    assert say_so("17-rev3", "17-rev4", LINK)
    assert say_so("https://x.example/news/c4e#1", "http://www.x.example/news/c4e#2", LINK)
    assert say_so("https://x.example/news/c4e", "https://x.example/news/c4e#2", LINK)
    assert not say_so("https://x.example/news/c4e/1", "https://x.example/news/c4e/2", LINK)
    assert not say_so("c4e#1", "c4e#2", LINK)
    assert not say_so("https://x.example/#1", "https://x.example/#2", "x.example/")


def test_ids_may_differ_in_their_host_alone() -> None:
    one = "https://staging.x.example/?p=17"
    assert are_of_other_hosts(one, "https://y.example/?p=17")
    assert not are_of_other_hosts(one, "https://staging.x.example/?p=18")
    assert not are_of_other_hosts("https://x.example/", "https://y.example/")
    assert not are_of_other_hosts("x:/17", "y:/17")


def test_a_bare_word_may_be_the_page_of_many_stories() -> None:
    for many in ("live", "sport/live", "news/world", "games/crossword"):
        one, other = (f"https://x.example/{many}#{n}" for n in (1, 2))
        assert not say_so(one, other, f"x.example/{many}")
    story = "https://x.example/articles/cwyxkdp"
    assert say_so(f"{story}#1", f"{story}#2", "x.example/articles/cwyxkdp")
    assert not names_one_story("x.example/crossword")
    assert names_one_story(LINK) and names_one_story("x.example/storm-nears")
    assert names_one_story("x.example/live?p=17")


def test_a_front_page_names_no_story() -> None:
    assert not names_a_story("x.example/")
    assert names_a_story("x.example/?p=17") and names_a_story("x.example/a")


@pytest.mark.parametrize(
    "odd", ["-" * 2048, "1" * 2048, "a-" * 1024, "a1-v" * 512, "http://[" * 99]
)
def test_a_hostile_id_is_compared_in_time(odd: str) -> None:
    with no_more_cpu_than(0.5):
        are_edits_of_one(odd + "x", odd + "y", LINK)
        are_edits_of_one(odd + "1", odd + "2", LINK)
        base_and_count(odd + "-v" + "1" * 9000, LINK)


@pytest.mark.parametrize(
    ("one", "other", "link"),
    [
        ("briefing-2026-01-05", "briefing-2026-01-06", "x.example/briefing"),
        ("mag-edition-1", "mag-edition-2", "x.example/latest"),
    ],
)
def test_a_day_and_an_edition_count_no_edits(one: str, other: str, link: str) -> None:
    assert not are_edits_of_one(one, other, link)
