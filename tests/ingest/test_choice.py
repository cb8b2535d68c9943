"""The choice of the entries of a document that are read."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.ingest.choice import newest, superseded
from stoppress.ingest.entry import Entry

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


def version(updated: datetime | None, **fields: object) -> Entry:
    return Entry(**{"id": "tag:x,2026:v", "updated": updated, **fields})


def chosen(dates: list[datetime | None], most: int) -> set[int]:
    entries = [Entry(id=str(place), published=date) for place, date in enumerate(dates)]
    return newest(entries, range(len(entries)), most)


def test_the_older_version_of_an_entry_is_superseded_at_any_position() -> None:
    assert superseded([version(NINE), version(TEN)]) == {0}
    assert superseded([version(TEN), version(NINE), version(NINE)]) == {1, 2}


def test_versions_share_the_link_and_the_date_of_publication() -> None:
    link = "https://x.example/v"
    same = version(NINE, link=link + "?utm_source=a"), version(TEN, link=link + "?utm_source=b")
    assert superseded(same) == {0}
    other_link = version(NINE, link=link), version(TEN, link="https://x.example/w")
    other_date = version(NINE, published=NINE), version(TEN, published=TEN)
    assert superseded(other_link) == superseded(other_date) == set()


def test_entries_of_one_moment_or_without_a_date_are_not_versions() -> None:
    assert superseded([version(NINE), version(NINE)]) == set()
    assert superseded([version(None), version(None)]) == set()
    assert superseded([Entry(updated=NINE), Entry(updated=TEN)]) == set()


def test_the_latest_version_of_an_atom_entry_is_read_or_the_first_of_one_moment() -> None:
    link = "https://x.example/v"
    for one, other in [
        (version(NINE, link=link), version(NINE, link=link)),
        (version(None, link=link), version(None, link=link)),
        (version(NINE, link=link, published=NINE), version(None, link=link)),
        (version(NINE, published=NINE, link=link + "-old"), version(NINE, published=NINE)),
        (version(NINE, id="https://x.example/v"), version(NINE, id="http://x.example/v")),
    ]:
        assert superseded([one, other], atom=True) == {1}
    late = version(TEN, link=link, published=NINE)
    assert superseded([version(NINE, link=link), late], atom=True) == {0}


def test_one_id_for_entries_with_nothing_in_common_is_a_mistake_even_in_atom() -> None:
    one = version(NINE, title="One", link="https://x.example/1", published=NINE)
    other = version(TEN, title="Two", link="https://x.example/2", published=TEN)
    assert superseded([one, other], atom=True) == set()


def test_versions_may_be_connected_through_a_third() -> None:
    link = "https://x.example/v"
    one = version(NINE, link=link, published=NINE)
    between = version(TEN, link=link + "-2", published=NINE)
    last = version(TEN + timedelta(hours=1), link=link + "-2", published=TEN)
    assert superseded([last, one, between], atom=True) == {1, 2}


def test_without_dates_an_atom_id_identifies_versions_unless_most_entries_share_it() -> None:
    def told(n: int, called: str = "tag:x,2026:v") -> Entry:
        updated = NINE + timedelta(hours=n)
        return version(updated, id=called, title=f"T{n}", link=f"https://x.example/{n}")

    assert superseded([told(1), told(2)], atom=True) == {0}
    others = [told(n, f"tag:x,2026:{n}") for n in (7, 8, 9)]
    assert superseded([told(3), told(1), told(2), *others], atom=True) == {1, 2}
    assert superseded([told(n) for n in range(5)], atom=True) == set()


def test_a_fraction_of_a_second_decides_the_later_version() -> None:
    link = "https://x.example/v"
    one, other = (NINE + timedelta(microseconds=n) for n in (100_000, 900_000))
    assert superseded([version(one, link=link), version(other, link=link)], atom=True) == {0}
    assert superseded([version(other, link=link), version(one, link=link)]) == {1}


def test_the_highest_of_ids_that_count_edits_is_read() -> None:
    c4e = "https://x.example/c4e"
    edits = [
        Entry(id=f"{c4e}#{n}", link=c4e, title=f"Edit {n}", published=NINE) for n in (10, 9, 2)
    ]
    assert superseded(edits) == {1, 2}
    posts = [
        Entry(id=f"{c4e}#{n}", link=c4e, title=f"Post {n}", published=NINE + timedelta(hours=n))
        for n in (3, 2, 1)
    ]
    assert superseded(posts) == set()
    places = [Entry(id=f"{c4e}#{n}", link=f"{c4e}#{n}", published=NINE) for n in (3, 2, 1)]
    assert superseded(places) == set()
    named = [Entry(id=f"{c4e}#post-{n}", link=c4e, published=NINE) for n in (3, 2, 1)]
    assert superseded(named) == set()


@pytest.mark.parametrize("ids", ["c4e-rev{}", "urn:newsml:x.example:20260105:c4e:{}U"])
def test_the_highest_of_ids_with_a_word_for_edits_is_read(ids: str) -> None:
    def edits(link: str, *hours: int) -> list[Entry]:
        dates = [NINE + timedelta(hours=n) for n in hours]
        numbered = zip((2, 10, 9), dates, strict=True)
        return [Entry(id=ids.format(n), link=link, title=f"{n}", published=d) for n, d in numbered]

    assert superseded(edits("https://x.example/c4e", 0, 0, 0)) == {0, 2}
    assert superseded(edits("https://x.example/c4e", 0, 1, 2)) == set()
    assert superseded(edits("https://x.example/live", 0, 0, 0)) == set()


def test_a_link_may_count_the_edits_as_the_id_does() -> None:
    addresses = [f"https://x.example/c4e?v={n}" for n in (2, 10, 9)]
    entries = [Entry(id=each, link=each, title=each, published=NINE) for each in addresses]
    assert superseded(entries) == {0, 2}


def test_the_newest_entries_are_chosen_in_any_order() -> None:
    dates: list[datetime | None] = [NINE + timedelta(hours=n) for n in range(6)]
    assert chosen(dates, 2) == {4, 5}
    assert chosen(dates[::-1], 2) == {0, 1}
    assert chosen([dates[n] for n in (2, 5, 0, 4, 1, 3)], 2) == {1, 3}


def test_a_late_change_makes_an_old_entry_new() -> None:
    entries = [Entry(published=NINE, updated=TEN + timedelta(days=9)), Entry(published=TEN)]
    assert newest(entries, [0, 1], 1) == {0}


def test_the_newest_entries_of_a_rebuilt_feed_are_the_last_published() -> None:
    for step in (1, -1):
        published = [NINE + timedelta(hours=n) for n in range(9)][::step]
        entries = [Entry(published=date, updated=TEN + timedelta(days=9)) for date in published]
        assert newest(entries, range(9), 3) == ({6, 7, 8} if step == 1 else {0, 1, 2})


def test_without_dates_both_ends_of_the_document_are_new() -> None:
    assert chosen([None] * 7, 4) == {0, 1, 5, 6}


def test_an_entry_without_a_date_is_as_old_as_its_neighbour() -> None:
    assert chosen([None, TEN, None, NINE, NINE, None], 3) == {0, 1, 2}
    assert chosen([None, NINE, NINE, TEN, None], 2) == {3, 4}


def test_an_entry_that_is_not_a_candidate_is_not_chosen() -> None:
    entries = [Entry(published=TEN), Entry(published=NINE)]
    assert newest(entries, [1], 5) == {1}
