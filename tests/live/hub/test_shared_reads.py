import asyncio
import threading

import pytest

from stoppress.live import metrics
from stoppress.live.hub.shared_reads import LANE_THREADS, SharedReads
from tests.live.asking import counted, until


@pytest.fixture
async def reads():
    reads = SharedReads(threads=4)
    yield reads
    await reads.close()


async def test_all_who_want_the_same_meanwhile_share_one_read(reads):
    before = counted(metrics.READS, "page")
    hold = threading.Event()
    asked = [asyncio.create_task(reads.shared("page", hold.wait, 10)) for _ in range(5)]
    await until(lambda: counted(metrics.READS, "page") > before)
    hold.set()
    assert await asyncio.gather(*asked) == [True] * 5
    assert counted(metrics.READS, "page") == before + 1


async def test_what_is_slow_in_one_lane_holds_up_no_other(reads):
    hold, begun = threading.Event(), []

    def slow(number):
        begun.append(number)
        return hold.wait(10)

    crowd = [
        asyncio.create_task(reads.shared("snapshot", slow, number, lane="slow:<n>"))
        for number in range(6)
    ]
    try:
        await until(lambda: len(begun) >= LANE_THREADS)
        async with asyncio.timeout(5):
            assert await reads.shared("snapshot", str, "quick", lane="quick:<n>") == "quick"
            assert await reads.shared("open", str, "new") == "new"
        assert not any(task.done() for task in crowd)
    finally:
        hold.set()
        await asyncio.gather(*crowd)


async def test_whoever_leaves_takes_the_read_from_nobody(reads):
    hold = threading.Event()
    one, other = (asyncio.create_task(reads.shared("page", hold.wait, 10)) for _ in range(2))
    await asyncio.sleep(0)  # one turn: both have asked
    one.cancel()
    hold.set()
    assert await other is True
