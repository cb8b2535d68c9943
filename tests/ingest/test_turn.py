"""`turn`: one poll of a source at a time, and a poll that died is in nobody's way for long."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress.ingest.models import Source
from stoppress.ingest.turn import LONGEST, NotNow, turn

pytestmark = pytest.mark.django_db

URL = "https://wire.example/feed"


def test_a_source_is_one_polls_at_a_time() -> None:
    source = Source.objects.create(url=URL)
    with turn(source):
        with pytest.raises(NotNow, match="Another poll of it is under way"), turn(source):
            raise AssertionError
        with pytest.raises(NotNow), turn(Source.objects.get()):
            raise AssertionError
        with turn(Source(url=f"{URL}2")):
            pass
    with turn(Source.objects.get(url=URL)):
        pass


def test_of_two_that_begin_with_an_address_one_does() -> None:
    first, second = Source(url=URL), Source(url=URL)
    with turn(first), pytest.raises(NotNow), turn(second):
        raise AssertionError
    assert (Source.objects.get(), second.pk) == (first, None)


def test_a_turn_ends_with_what_went_wrong_in_it() -> None:
    source = Source.objects.create(url=URL)
    with pytest.raises(ZeroDivisionError), turn(source):
        raise ZeroDivisionError
    assert Source.objects.get().polling_until is None


def test_the_turn_of_a_poll_that_died_is_over_in_time() -> None:
    source = Source.objects.create(url=URL, polling_until=timezone.now() + LONGEST)
    with pytest.raises(NotNow), turn(source):
        raise AssertionError
    Source.objects.update(polling_until=timezone.now() - timedelta(seconds=1))
    with turn(source):
        pass


def test_a_poll_that_lasted_too_long_does_not_end_anothers_turn() -> None:
    source = Source.objects.create(url=URL)
    later = timezone.now() + 2 * LONGEST
    with turn(source):
        Source.objects.update(polling_until=later)
    assert Source.objects.get().polling_until == later


def test_what_another_poll_has_learnt_is_seen() -> None:
    source = Source.objects.create(url=URL)
    Source.objects.update(etag='"2"', title="The Wire")
    with turn(source):
        assert (source.etag, source.title) == ('"2"', "The Wire")
