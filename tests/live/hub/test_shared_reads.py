import asyncio
import threading

import pytest
from django.db import OperationalError, connections

from stoppress.live import metrics
from stoppress.live.hub.shared_reads import LANE_THREADS, SharedReads
from tests.live.asking import counted, until


@pytest.fixture
async def reads():
    reads = SharedReads(threads=4)
    yield reads
    await reads.close()


async def test_concurrent_calls_with_the_same_arguments_share_one_read(reads):
    before = counted(metrics.READS, "page")
    hold = threading.Event()
    asked = [asyncio.create_task(reads.shared("page", hold.wait, 10)) for _ in range(5)]
    await until(lambda: counted(metrics.READS, "page") > before)
    hold.set()
    assert await asyncio.gather(*asked) == [True] * 5
    assert counted(metrics.READS, "page") == before + 1


async def test_slow_reads_in_one_lane_hold_up_no_other_lane(reads):
    hold, begun = threading.Event(), []

    def slow(number):
        begun.append(number)
        return hold.wait(60)

    crowd = [
        asyncio.create_task(reads.shared("snapshot", slow, number, lane="slow:<n>"))
        for number in range(6)
    ]
    try:
        await until(lambda: len(begun) >= LANE_THREADS)
        async with asyncio.timeout(30):
            assert await reads.shared("snapshot", str, "quick", lane="quick:<n>") == "quick"
            assert await reads.shared("open", str, "new") == "new"
        assert not any(task.done() for task in crowd)
    finally:
        hold.set()
        await asyncio.gather(*crowd)


async def test_a_cancelled_caller_does_not_cancel_a_shared_read(reads):
    hold = threading.Event()
    one, other = (asyncio.create_task(reads.shared("page", hold.wait, 10)) for _ in range(2))
    await asyncio.sleep(0)  # one turn: both have asked
    one.cancel()
    hold.set()
    assert await other is True


async def test_a_read_runs_with_its_arguments_on_a_reader_thread(reads):
    def read(*arguments):
        return arguments, threading.current_thread().name

    for found in (
        await reads.run(read, "board", 7),
        await reads.shared("page", read, "board", 7),
        await reads.shared("page", read, "board", 7, lane="board"),
    ):
        arguments, thread = found
        assert arguments == ("board", 7) and thread.startswith("stoppress-reader")


async def test_calls_that_differ_are_read_separately(reads):
    hold, begun = threading.Event(), []

    def read(*arguments):
        begun.append(arguments)
        return hold.wait(10)

    asked = [
        asyncio.create_task(reads.shared(kind, read, name, generation=generation))
        for kind, name, generation in (
            ("page", "board", 1),
            ("page", "board", 2),
            ("page", "other", 1),
            ("check", "board", 1),
            ("page", "board", 1),
        )
    ]
    await until(lambda: len(begun) == 4)
    hold.set()
    await asyncio.gather(*asked)
    assert sorted(begun) == [("board",)] * 3 + [("other",)]


async def test_a_later_call_is_read_anew(reads):
    answers = iter("ab")
    assert await reads.shared("page", next, answers) == "a"
    assert await reads.shared("page", next, answers) == "b"


async def test_a_failed_read_raises_for_every_caller_and_is_logged_once(reads, caplog):
    def fail(name):
        raise OSError("the database is away")

    crowd = (reads.shared("page", fail, "board", generation=3) for _ in range(3))
    found = await asyncio.gather(*crowd, return_exceptions=True)
    assert [str(error) for error in found] == ["the database is away"] * 3
    [record] = caplog.records
    assert (record.name, record.levelname) == ("stoppress.live", "ERROR")
    words = "database read ('page', 3, 'board') failed: the database is away"
    assert record.getMessage() == words and record.exc_info[1] is found[0]


async def test_a_database_error_is_logged_without_traceback_and_a_cancelled_read_not_at_all(
    reads, caplog
):
    def fail():
        raise OperationalError("away")

    with pytest.raises(OperationalError):
        await reads.shared("page", fail)
    hold = threading.Event()
    asked = asyncio.create_task(reads.shared("page", hold.wait, 10))
    await until(lambda: reads._under_way)
    for task in reads._under_way.values():
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    hold.set()
    assert not any(record.exc_info for record in caplog.records)


async def test_a_lane_runs_no_more_reads_at_once_than_it_has_threads(reads):
    hold, begun = threading.Event(), []

    def slow(number):
        begun.append(number)
        return hold.wait(60)

    crowd = [
        asyncio.create_task(reads.shared("snapshot", slow, number, lane="slow"))
        for number in range(4)
    ]
    await until(lambda: len(begun) >= LANE_THREADS)
    # There is a thread for it, and it would have begun before one that was asked for later.
    assert await reads.run(str, "other") == "other"
    assert sorted(begun) == [0, 1] and LANE_THREADS == 2
    hold.set()
    await asyncio.gather(*crowd)
    assert sorted(begun) == [0, 1, 2, 3]


async def test_close_waits_for_reads_under_way_even_if_they_fail():
    reads, hold = SharedReads(threads=2), threading.Event()

    def fail():
        hold.wait(10)
        raise OSError("the database is away")

    one = asyncio.create_task(reads.shared("page", fail))
    other = asyncio.create_task(reads.shared("check", hold.wait, 10))
    await asyncio.sleep(0)  # one turn: both have asked
    closing = asyncio.create_task(reads.close())
    await asyncio.sleep(0)  # one turn more
    assert not closing.done()
    hold.set()
    await closing
    assert await other is True
    with pytest.raises(OSError):
        await one
    with pytest.raises(RuntimeError, match="shutdown"):
        await reads.run(str)


async def test_close_runs_the_waiting_reads_too_and_closes_the_connections(
    transactional_db,
):
    reads = SharedReads(threads=4)

    def connect(number):
        connections["default"].ensure_connection()
        return connections["default"]

    crowd = [
        asyncio.create_task(reads.shared("page", connect, number, lane="slow"))
        for number in range(2 * LANE_THREADS)
    ]
    await asyncio.sleep(0)  # one turn: all have asked
    await reads.close()
    assert all(connection.connection is None for connection in await asyncio.gather(*crowd))


async def test_no_more_reads_run_at_once_than_there_are_threads():
    reads, hold, begun = SharedReads(threads=1), threading.Event(), []

    def read(number):
        begun.append(number)
        return hold.wait(60)

    crowd = [asyncio.create_task(reads.run(read, number)) for number in range(3)]
    await until(lambda: begun)
    assert begun == [0]
    hold.set()
    await asyncio.gather(*crowd)
    assert begun == [0, 1, 2]
    await reads.close()
