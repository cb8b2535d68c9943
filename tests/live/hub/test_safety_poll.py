"""The safety poll finds events whose wake-up was lost, and counts them."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connections

from stoppress.live import metrics
from stoppress.live.hub import queries, watch
from stoppress.live.hub.hub import running_hub, stop_hub
from tests.live.asking import counted, until
from tests.live.conftest import put
from tests.live.reader import Reader, say


async def test_the_safety_poll_finds_events_that_every_relay_missed(
    settings, transactional_db, board
):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 0.1, "RELAY_POLL": 60}
    hub = running_hub()
    hub.watch.abandon()
    reader = await Reader(hub).join("board")
    begun = hub.watch.begun
    await until(lambda: hub.watch.done > begun + 2)  # none that joining asked for is to come
    lost = counted(metrics.SAFETY_POLL_FOUND)
    await say("a")
    await reader.until(1)
    await until(lambda: counted(metrics.SAFETY_POLL_FOUND) == lost + 1)
    await stop_hub()


async def test_an_event_with_a_wake_up_is_not_counted_as_lost(
    settings, transactional_db, board, monkeypatch
):
    monkeypatch.setattr(watch, "LATE_SECONDS", 600)
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 0.05, "RELAY_POLL": 60}
    hub = running_hub()
    judged = []
    hub.watch._loop = Judging(hub.watch._loop, judged)
    reader = await Reader(hub).join("board")
    lost = counted(metrics.SAFETY_POLL_FOUND)
    for key in "abcdefgh":
        await say(key)  # with its wake-up
    for relay in hub.watch._relays:
        relay.stop()  # each commit has one wake-up now, that of its own process
    with ThreadPoolExecutor() as elsewhere:
        for key in "ijkl":
            elsewhere.submit(in_thread, put, key).result()
            time.sleep(0.06)  # the event loop stands still until a look is due without a wake-up
            await reader.until("abcdefghijkl".index(key) + 1)
    for _, count_lost in judged:
        count_lost()
    assert counted(metrics.SAFETY_POLL_FOUND) == lost
    await stop_hub()


async def test_a_look_without_a_wake_up_counts_its_events_as_lost_after_a_second(
    settings, transactional_db, board
):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 0.01, "RELAY_POLL": 60}
    hub, judged = running_hub(), []
    hub.watch.abandon()
    hub.watch._loop = Judging(hub.watch._loop, judged)
    await hub.stream("board")
    lost = counted(metrics.SAFETY_POLL_FOUND)
    for found in (1, 2):
        done = hub.watch.done
        await until(lambda done=done: hub.watch.done > done + 2)
        assert len(judged) == found - 1, "nothing came"
        await say("a")
        await until(lambda found=found: len(judged) == found)
        [(delay, count_lost)] = judged[found - 1 :]
        assert delay == watch.LATE_SECONDS == 1
        count_lost()
        assert counted(metrics.SAFETY_POLL_FOUND) == lost + found
    await stop_hub()


async def test_only_the_first_look_compares_the_clocks(
    settings, transactional_db, board, monkeypatch
):
    compared = []
    monkeypatch.setattr(queries, "compare_clocks", lambda: compared.append(1))  # counts
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 0.01, "RELAY_POLL": 60}
    hub = running_hub()
    await until(lambda: hub.watch.done > 3)
    assert len(compared) == 1
    await stop_hub()


class Judging:
    """The watch's event loop; the test says when what was found is judged to be lost or late."""

    def __init__(self, loop, judged):
        self._loop, self._judged = loop, judged

    def call_later(self, delay, callback, *arguments):
        self._judged.append((delay, partial(callback, *arguments)))

    def __getattr__(self, name):
        return getattr(self._loop, name)


def in_thread(work, *arguments):
    try:
        work(*arguments)
    finally:
        connections.close_all()
