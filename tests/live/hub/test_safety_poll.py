"""The safety poll finds events whose wake-up was lost, and counts them."""

import asyncio

from stoppress.live import metrics
from stoppress.live.hub import watch
from stoppress.live.hub.hub import running_hub, stop_hub
from tests.live.asking import counted, until
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
    monkeypatch.setattr(watch, "LATE_SECONDS", 0.05)
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 0.05, "RELAY_POLL": 60}
    hub = running_hub()
    reader = await Reader(hub).join("board")
    lost = counted(metrics.SAFETY_POLL_FOUND)
    for key in "abcdefgh":
        await say(key)
    await reader.until(8)
    await asyncio.sleep(3 * watch.LATE_SECONDS)  # by then a lost one would have been counted
    assert counted(metrics.SAFETY_POLL_FOUND) == lost
    await stop_hub()
