"""`turn`: one poll of a source at a time; the turn of a poll that died expires."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from stoppress.ingest.models import Source
from stoppress.ingest.polling.poller import due
from stoppress.ingest.sandbox import WALL_SECONDS
from stoppress.ingest.turn import LONGEST, NotNow, drop, prolong, turn
from stoppress.outside.http import Rules

pytestmark = pytest.mark.django_db

URL = "https://wire.example/feed"


def test_only_one_poll_of_a_source_runs_at_a_time() -> None:
    source = Source.objects.create(url=URL)
    with turn(source):
        with pytest.raises(NotNow, match="Another poll of it is running"), turn(source):
            raise AssertionError
        with pytest.raises(NotNow), turn(Source.objects.get()):
            raise AssertionError
        with turn(Source(url=f"{URL}2")):
            pass
    with turn(Source.objects.get(url=URL)):
        pass


def test_one_of_two_first_polls_of_an_address_runs() -> None:
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


def test_a_turn_is_long_enough_to_fetch_and_to_read() -> None:
    assert LONGEST.seconds > Rules().total_seconds + WALL_SECONDS + 60


def test_a_turn_can_be_prolonged_and_ends_all_the_same() -> None:
    source = Source.objects.create(url=URL)
    with turn(source):
        first = source.polling_until
        prolong(source)
        (now,) = Source.objects.values_list("polling_until", flat=True)
        assert first < now == source.polling_until
    assert Source.objects.get().polling_until is None


def test_a_poll_that_lost_its_turn_cannot_prolong_it_or_delete_the_source() -> None:
    source = Source.objects.create(url=URL)
    later = timezone.now() + 2 * LONGEST
    with turn(source):
        Source.objects.update(polling_until=later)
        prolong(source)
        drop(source)
    assert Source.objects.get().polling_until == later


def test_a_poll_that_lasted_too_long_does_not_end_anothers_turn() -> None:
    source = Source.objects.create(url=URL)
    later = timezone.now() + 2 * LONGEST
    with turn(source):
        Source.objects.update(polling_until=later)
    assert Source.objects.get().polling_until == later


def test_a_planned_poll_has_no_turn_once_another_has_moved_the_next_one() -> None:
    source = Source.objects.create(url=URL)
    with turn(source, planned=True):
        pass
    for later in (timezone.now() + timedelta(minutes=1), None):
        Source.objects.update(next_poll=later)
        with pytest.raises(NotNow), turn(source, planned=True):
            raise AssertionError
        with turn(source):
            pass


def test_no_jump_of_the_clock_locks_a_source_out() -> None:
    source = Source.objects.create(url=URL)
    later = timezone.now() + timedelta(days=3650)
    Source.objects.update(polling_until=later, next_poll=later)
    assert due() == [(source.pk, URL)]
    with turn(source, planned=True):
        assert due() == []
    Source.objects.update(next_poll=timezone.now() + timedelta(days=34))
    assert due() == []


def test_fields_that_another_poll_has_changed_are_reloaded() -> None:
    source, now = Source.objects.create(url=URL), timezone.now()
    Source.objects.update(etag='"2"', title="The Wire", last_polled=now)
    with turn(source):
        assert (source.etag, source.title, source.last_polled) == ('"2"', "The Wire", now)


@pytest.mark.backend("postgres")
def test_a_machine_with_a_fast_clock_takes_no_turn_of_another(
    fast_machine: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as other:
        source = Source.objects.create(url=URL)
        other.setattr(timezone, "now", lambda: datetime.now(UTC))  # the machine with the right one
        with turn(source):
            other.undo()
            with pytest.raises(NotNow), turn(Source.objects.get()):
                raise AssertionError
