import asyncio
import time

from stoppress.live import metrics
from stoppress.live.hub import queries
from tests.live.asking import counted, until
from tests.live.reader import say


async def test_it_is_settled_after_a_look_and_no_longer_after_a_wake_up(hub):
    watch, begun = hub.watch, time.monotonic()
    assert not watch.settled(begun)
    await watch.look()
    assert watch.settled(begun)
    assert not watch.settled(time.monotonic())
    watch.wake()
    await asyncio.sleep(0)  # the turn in which it is woken
    assert not watch.settled(begun)
    await until(lambda: watch.settled(begun))


async def test_a_commit_unsettles_it_before_its_publisher_is_answered(hub):
    await hub.feed("board")
    for key in ("a", "b", "c"):
        before = hub.feeds["board"].ring.head
        await until(lambda: hub.watch.settled(0.0))
        await say(key)
        assert hub.feeds["board"].ring.head != before or not hub.watch.settled(0.0)


async def test_a_look_that_fails_settles_nothing(hub, monkeypatch):
    watch = hub.watch
    await watch.look()
    settled = time.monotonic()

    def fail(*arguments):
        raise OSError("the database is away")

    await hub.feed("board")
    monkeypatch.setattr(queries, "look", fail)  # the database is away
    looked_at = counted(metrics.LOOKED, "default")
    watch.wake()
    await until(lambda: watch.begun > watch.done)
    assert not watch.settled(0.0)
    assert counted(metrics.LOOKED, "default") == looked_at
    monkeypatch.undo()
    await until(lambda: watch.settled(settled))
    assert counted(metrics.LOOKED, "default") > looked_at
