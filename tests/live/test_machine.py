"""Log, hub and the client's rule together, in any order that can be thought of: `machine.py`.

A longer run: `STOPPRESS_MACHINE=2000 pytest tests/live/test_machine.py --timeout 0` tries so many
new stories, and shortens one that fails.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from stoppress import live
from stoppress.live import event_loop
from stoppress.live.client.state import StreamState
from stoppress.live.delivery import open_stream, row
from stoppress.live.hub import fetcher, queries, watch
from stoppress.live.publishing import registry

from . import truth
from .machine import HEARTBEAT, LAG_SECONDS, REPLAY_LIMIT, RING_EVENTS, Newsroom
from .page import Page
from .truth import LIMIT

MANY = int(os.environ.get("STOPPRESS_MACHINE", "0"))


@pytest.fixture
def wire(transactional_db, settings, monkeypatch):
    settings.STOPPRESS_LIVE = {
        "HEARTBEAT": HEARTBEAT,
        "LAG_SECONDS": LAG_SECONDS,
        "REPLAY_LIMIT": REPLAY_LIMIT,
        "RING_EVENTS": RING_EVENTS,
        "SAFETY_POLL": 30.0,
        "RING_IDLE": 60.0,
    }
    # Small pages: a story of thirty events then turns every one of them.
    monkeypatch.setattr(fetcher, "PAGE_EVENTS", 4)
    monkeypatch.setattr(watch, "PAGE_EVENTS", 4)
    monkeypatch.setattr(queries, "RECENT_EVENTS", 4)
    monkeypatch.setattr(open_stream, "SNAPSHOT_SERVES", 3)
    # Rows so small that there are several, and a turn of the loop after each.
    monkeypatch.setattr(row, "ROW", 2)
    monkeypatch.setattr(event_loop, "HOLD_SECONDS", 0.0)
    live.stream("wire:<name>", public=True, limit=LIMIT)(truth.take)
    truth.make_table()
    yield
    truth.drop_table()
    registry.unregister("wire:<name>")


@pytest.mark.slow("it makes up stories")
def test_every_page_equals_the_log_after_random_operations(wire):
    run_state_machine_as_test(
        Newsroom,
        settings=settings(
            max_examples=MANY or 7,
            stateful_step_count=40,
            derandomize=not MANY,
            deadline=None,
            print_blob=bool(MANY),
            # To make a story shorter takes minutes.
            phases=[Phase.generate, *([Phase.shrink] if MANY else [])],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow("it plays long stories")
def test_every_page_equals_the_log_in_long_stories(wire):
    for seed in range(MANY or 10):
        room = Newsroom()
        try:
            room.start_hub()
            room.busy_hour(seed, 120)
            room.settle()
        except AssertionError as error:
            error.add_note(f"Seed {seed} tells it again.")
            raise
        finally:
            room.end()


# Stories that need more luck than a machine of some hundred runs has


@pytest.fixture
def newsroom(wire):
    room = Newsroom()
    room.start_hub()
    yield room
    room.end()


def opened(room, cursor=None, state=None):
    """Open a page of `wire:a`, which knows a state or is new."""
    page = Page({"wire:a": cursor}, False)
    if state is not None:
        page.states["wire:a"], page.applied["wire:a"] = state, [state.cursor]
    room.open(page)
    room.rest()
    return page


def without_a_snapshot_in_memory(room):
    """Have a reader at the head of a stream whose snapshot nobody has asked this process for."""
    room.commit([("put", "wire:a", "k1", 1), ("put", "wire:a", "k2", 2)], True, True)
    state = opened(room).states["wire:a"]
    room.end_hub()
    room.pages.clear()
    room.start_hub()
    opened(room, state=state)


def lose_what_no_look_has_seen(room):
    """Let a newcomer see an event before the hub's look does, and then lose it in a failover."""
    room.back_up()
    room.commit([("put", "wire:a", "k3", 3)], True, False)
    newcomer = opened(room)
    assert newcomer.states["wire:a"].cursor == room.truth.head("wire:a")
    room.restore([], False, True)
    return newcomer


def test_a_failover_that_loses_events_seen_only_by_a_snapshot_is_a_fork(newsroom):
    without_a_snapshot_in_memory(newsroom)
    lose_what_no_look_has_seen(newsroom)
    newsroom.settle()


def test_new_readers_get_no_snapshot_of_a_lost_history(newsroom):
    without_a_snapshot_in_memory(newsroom)
    newsroom.close(lose_what_no_look_has_seen(newsroom), 0)
    newsroom.rest()
    opened(newsroom)
    newsroom.settle()


def test_a_ring_remembers_nothing_that_was_trimmed(newsroom):
    newsroom.commit([("put", "wire:a", "k1", 1)], True, True)
    newsroom.commit([("remove", "wire:a", "k1", 0), ("put", "wire:b", "k1", 1)], True, True)
    opened(newsroom)
    newsroom.settle()
    newsroom.trim(0)
    newsroom.commit([("redact", "wire:b", "k1", 0)], True, True)
    newsroom.settle()
    state = StreamState()
    state.cursor = newsroom.truth.chain["wire:a"][0]
    late = opened(newsroom, str(state.cursor), state)
    assert late.states["wire:a"].items() == []
    newsroom.nothing_wrong_came()


def test_a_newcomer_behind_a_ring_of_another_history_waits_for_the_next_look(newsroom):
    newsroom.commit([("put", "wire:a", "k1", 1)], True, True)
    newsroom.back_up()
    for place in range(10):
        newsroom.commit([("put", "wire:a", "k1", place)], True, True)
    state = opened(newsroom).states["wire:a"]
    newsroom.end_hub()
    newsroom.pages.clear()
    newsroom.start_hub()
    opened(newsroom, state=state)
    newsroom.restore([], False, False)
    opened(newsroom)
    newsroom.settle()


@pytest.mark.parametrize("trimmed", [True, False])
@pytest.mark.parametrize("since", [0, 8])
def test_a_reader_waiting_for_a_snapshot_gets_one_after_a_silent_failover(newsroom, trimmed, since):
    newsroom.commit([("put", "wire:a", "k1", 1)], True, True)
    newsroom.back_up()
    for place in range(10):
        newsroom.commit([("put", "wire:a", "k1", place)], True, True)
    state = opened(newsroom).states["wire:a"]
    if trimmed:
        newsroom.trim(0)
    newsroom.end_hub()
    newsroom.pages.clear()
    newsroom.start_hub()
    opened(newsroom, state=state)
    # The log ends before the process's memory, or in the midst of it with another link.
    newsroom.restore([("put", "wire:a", "k2", n) for n in range(since)], False, False)
    opened(newsroom)
    newsroom.settle()
