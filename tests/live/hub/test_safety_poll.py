"""The safety poll finds events whose wake-up was lost, and counts them."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connections

from stoppress.live import metrics
from stoppress.live.hub import watch
from stoppress.live.hub.hub import running_hub, stop_hub
from tests.live.asking import counted, until
from tests.live.conftest import put
from tests.live.reader import Reader, say


async def test_the_safety_poll_finds_what_every_relay_missed(settings, transactional_db, board):
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


async def test_what_a_relay_told_of_is_not_counted_as_lost(
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
    for count_lost in judged:
        count_lost()
    assert counted(metrics.SAFETY_POLL_FOUND) == lost
    await stop_hub()


class Judging:
    """The watch's event loop; the test says when what was found is judged to be lost or late."""

    def __init__(self, loop, judged):
        self._loop, self._judged = loop, judged

    def call_later(self, delay, callback, *arguments):
        self._judged.append(partial(callback, *arguments))

    def __getattr__(self, name):
        return getattr(self._loop, name)


def in_thread(work, *arguments):
    try:
        work(*arguments)
    finally:
        connections.close_all()
