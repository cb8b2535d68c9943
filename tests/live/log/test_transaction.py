import random
import threading
import time

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections, transaction

from stoppress import live
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.relays import hints
from tests.live.conftest import item, put
from tests.newsroom.desk import wait_until_one_waits

from .lock_waits import stream_locked

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def keys(stream="board"):
    events = LoggedEvent.objects.filter(stream=stream).order_by("position")
    return list(events.values_list("key", flat=True))


def test_events_are_written_at_the_outermost_end():
    with live.atomic():
        put("a")
        with live.atomic():
            put("b")
        assert keys() == []
    assert keys() == ["a", "b"]


@pytest.mark.parametrize("inner", [live.atomic, transaction.atomic])
def test_events_are_written_at_the_end_of_any_kind_of_outermost_transaction(inner):
    with transaction.atomic():
        put("a")
        with inner():
            put("b")
        assert keys() == []
    assert keys() == ["a", "b"]


@pytest.mark.parametrize("inner", [live.atomic, transaction.atomic])
def test_a_savepoint_that_is_rolled_back_takes_its_events_with_it(inner):
    with live.atomic():
        put("a")
        with pytest.raises(ZeroDivisionError), inner():
            put("b")
            1 / 0  # noqa: B018
        put("c")
    assert keys() == ["a", "c"]


def test_a_transaction_marked_for_rollback_ends_quietly_without_events():
    with live.atomic():
        put("a")
        transaction.set_rollback(True)
    assert keys() == []
    put("b")
    assert keys() == ["b"]


def test_the_announcement_comes_after_the_commit_and_never_after_a_rollback():
    seen = []
    listener = lambda: seen.append(connection.in_atomic_block)  # noqa: E731
    hints.listen(listener)
    try:
        with live.atomic():
            put("a")
            assert seen == []
        assert seen == [False]
        with pytest.raises(ZeroDivisionError), live.atomic():
            put("b")
            1 / 0  # noqa: B018
        assert seen == [False]
    finally:
        hints.forget(listener)


def test_an_announcement_that_fails_does_not_fail_the_publisher(caplog):
    def broken():
        raise RuntimeError("away")

    hints.listen(broken)
    try:
        put("a")
    finally:
        hints.forget(broken)
    assert keys() == ["a"]
    assert "away" in caplog.text


def test_after_an_error_the_next_transaction_begins_clean():
    with pytest.raises(ZeroDivisionError), live.atomic():
        put("a")
        1 / 0  # noqa: B018
    put("b")
    with live.atomic():
        put("c")
    assert keys() == ["b", "c"]


def run_together(count, work):
    errors = []

    def run(number):
        try:
            work(number)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_sixteen_writers_at_once_give_positions_in_commit_order():
    """Each writer notes, inside its transaction, what it sees of the log just before it ends."""
    dice = [random.Random(number) for number in range(16)]
    seen = []

    def write(number):
        for turn in range(5):
            with live.atomic():
                time.sleep(dice[number].random() * 0.004)  # who is next is chance
                put(f"{number}-{turn}")
                live.publish(f"other:{number % 3}", "thing.said", item(f"{number}-{turn}"))
            with live.reading():
                seen.append(
                    list(
                        LoggedEvent.objects.filter(stream="board")
                        .order_by("position")
                        .values_list("position", flat=True)
                    )
                )

    assert run_together(16, write) == []
    assert len(keys()) == 80 and len(set(keys())) == 80
    # Commit order is position order: whoever looked saw 1…n, never a later one without an earlier.
    for positions in seen:
        assert positions == list(range(1, len(positions) + 1))
    for stream in ("board", "other:0", "other:1", "other:2"):
        positions = LoggedEvent.objects.filter(stream=stream).order_by("position")
        found = list(positions.values_list("position", flat=True))
        assert found == list(range(1, len(found) + 1))


@pytest.mark.backend("postgres")
def test_a_lock_held_too_long_gives_the_next_publisher_a_clear_error(settings):
    settings.STOPPRESS_LIVE = {"LOCK_SECONDS": 0.2}
    put("a")
    busy = pytest.raises(live.StreamBusy, match="Nothing was published")
    with stream_locked("board"), busy, transaction.atomic():
        Group.objects.create(name="taken back")
        put("c")
    assert not Group.objects.exists()
    put("d")
    assert keys() == ["a", "d"]


@pytest.mark.backend("postgres")
def test_a_deadlock_gives_one_publisher_a_clear_error():
    put("a")
    Group.objects.create(name="held")

    def want(_):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '1min'")  # so the other one is ended
            StreamHead.objects.select_for_update().get(name="board")
            Group.objects.select_for_update().get(name="held")

    thread = threading.Thread(target=run_together, args=(1, want))
    busy = pytest.raises(live.StreamBusy, match="waited for each other's locks")
    with busy, transaction.atomic():
        Group.objects.select_for_update().get(name="held")
        thread.start()
        wait_until_one_waits()
        put("c")
    thread.join()
    assert keys() == ["a"]


@pytest.mark.backend("sqlite")
def test_a_write_lock_held_too_long_is_a_clear_error(settings):
    put("a")
    holds, release = threading.Event(), threading.Event()

    def hold(_):
        with live.atomic():
            holds.set()
            release.wait(10)
            put("b")

    thread = threading.Thread(target=run_together, args=(1, hold))
    thread.start()
    assert holds.wait(10)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 100")
        with pytest.raises(live.StreamBusy, match="Nothing was published"):
            put("c")
    finally:
        release.set()
        thread.join()
        connection.close()
    put("d")
    assert keys() == ["a", "b", "d"]
