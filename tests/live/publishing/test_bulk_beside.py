"""Bulk calls of a parent or a child by inheritance: both are published, if both are live."""

from typing import Any

import pytest

from stoppress.live.testing import assert_fresh, assert_published

from .season import Place, Theatre, tables

pytestmark = pytest.mark.usefixtures("transactional_db", "theatre")


@pytest.fixture
def theatre(transactional_db: None) -> Any:
    with tables():
        yield Theatre.objects.create(name="a")


def rate_by_bulk_update(theatre: Theatre) -> None:
    theatre.stars = 2
    Theatre.objects.bulk_update([theatre], ["stars"])


CHANGES = {
    "the parents": lambda theatre: Place.objects.update(stars=2),
    "the children": lambda theatre: Theatre.objects.update(stars=2),
    "the children, each on its own": rate_by_bulk_update,
}


@pytest.mark.parametrize("words", CHANGES)
def test_an_object_changed_in_both_ways_is_published_for_both(theatre: Theatre, words: str) -> None:
    with assert_published("places", stars=2), assert_published("theatres", stars=2):
        CHANGES[words](theatre)
    assert_fresh("places")
    assert_fresh("theatres")


def test_a_child_is_removed_under_its_parents_old_key(theatre: Theatre) -> None:
    with assert_published("places", "place.left", key="place:a"):
        Theatre.objects.update(name=".a")
    assert_fresh("places")
    assert_fresh("theatres")
