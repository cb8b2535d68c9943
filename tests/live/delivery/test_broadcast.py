import time

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from stoppress.live import event_loop
from stoppress.live.delivery import broadcast, row, sends
from stoppress.live.delivery.connection import Connection
from tests.live.conftest import put
from tests.live.kernel import Kernel, WiredLine
from tests.live.reader import ListSink, Reader, say
from tests.site.raw import until


def batching(hub):
    reader = Reader(hub)
    reader.sink = reader.connection.sink = ListSink(batch_bytes=2**16)
    return reader


async def test_readers_who_have_all_before_it_are_handed_the_same_bytes(hub):
    first, second = [await batching(hub).join("board") for _ in range(2)]
    await say("a")
    await first.until(1)
    await second.until(1)
    assert first.sink.data[-1] is second.sink.data[-1]
    assert first.cursor() == second.cursor() == first.of("event")[-1]["cursor"]


async def test_several_events_are_one_write_to_a_sink_that_takes_batches(hub, monkeypatch):
    batches, singles = await batching(hub).join("board"), await Reader(hub).join("board")
    writes: list[int] = []
    batches.sink.stalled = True
    await say("a")
    await batches.until(1)
    await say("b", "c")
    await singles.until(3)
    write = ListSink.write
    monkeypatch.setattr(  # the test's own sink
        ListSink, "write", lambda sink, frames: (writes.append(len(frames)), write(sink, frames))
    )
    batches.sink.take()
    batches.connection.pump()
    assert (writes, batches.keys()) == ([2], ["a", "b", "c"])


async def test_one_who_takes_nothing_gets_what_came_once_it_takes_again(hub):
    slow, quick = await batching(hub).join("board"), await batching(hub).join("board")
    slow.sink.stalled = True
    await say("a", "b")
    await quick.until(2)
    slow.sink.take()
    hub.pump(slow.connection)
    assert slow.keys() == quick.keys() == ["a", "b"]


async def test_what_is_too_much_for_one_write_comes_in_several(hub, monkeypatch):
    monkeypatch.setattr(broadcast, "BATCH_BYTES", 1)
    reader = await batching(hub).join("board")
    await say("a", "b", "c")
    await reader.until(3)
    assert reader.keys() == ["a", "b", "c"]


async def test_a_text_that_is_withdrawn_in_the_same_look_is_not_handed_out(hub):
    reader = await batching(hub).join("board")

    def publish_and_withdraw():
        with live.atomic():
            put("a", text="never to be seen")
            live.redact("a", "thing.withdrawn")

    await sync_to_async(publish_and_withdraw)()
    await reader.until(2)
    assert b"never to be seen" not in b"".join(reader.sink.data)


async def test_a_reader_whose_writing_fails_ends_and_the_others_go_on(hub, monkeypatch, caplog):
    broken, sound = await batching(hub).join("board"), await batching(hub).join("board")

    def fail(frames):
        raise RuntimeError("no")

    monkeypatch.setattr(broken.sink, "write", fail)  # the test's own sink
    await say("a")
    await sound.until(1)
    assert broken.sink.closed == (1011, "the stream cannot be read now")
    assert broken.connection not in hub.connections
    assert "write to a reader failed" in caplog.text


def seated(hub):
    return [list(row) for row in hub.feeds["board"].audience.rows]


@pytest.fixture
async def rows(hub, monkeypatch):
    """Give five readers in rows of two, who have the event `first`, and their kernel."""
    monkeypatch.setattr(row, "ROW", 2)
    kernel = Kernel()
    monkeypatch.setattr(sends, "_send", kernel.send)  # the system's call
    readers = []
    for _ in range(5):
        reader = Reader(hub)
        reader.sink = WiredLine(kernel, lambda frame, data: None)
        reader.connection = Connection(reader.sink, "ws")
        reader.sink.filled = reader.connection.leave_rows
        readers.append(await reader.join("board"))
    await say("first")
    for reader in readers:
        await reader.until(1)
    assert list(map(len, seated(hub))) == [2, 2, 1]
    yield kernel, readers
    assert not kernel.faults


async def test_those_in_rows_are_sent_to_without_their_sinks(hub, rows):
    kernel, readers = rows
    written = [reader.connection.written for reader in readers]
    for count, key in ((2, "a"), (3, "b")):
        await say(key)
        for reader in readers:
            await reader.until(count)
    assert all(reader.keys() == ["first", "a", "b"] for reader in readers)
    assert kernel.sent == 10
    assert written == [reader.connection.written for reader in readers]


async def test_a_broadcast_that_is_cut_off_leaves_nobody_without_an_event(
    hub, rows, monkeypatch, caplog
):
    _, readers = rows
    whole, cut_off = broadcast.write_to_row, []

    def write_or_fail(*arguments):
        whole(*arguments)
        if not cut_off:
            cut_off.append(arguments)
            raise RuntimeError("between two rows")

    monkeypatch.setattr(broadcast, "write_to_row", write_or_fail)  # the real one is called
    await say("a")
    await until(lambda: cut_off)
    await say("b")
    for reader in readers:
        await reader.until(3)
        assert reader.keys() == ["first", "a", "b"]
    assert "reading the log failed" in caplog.text


async def test_a_row_whose_sending_fails_is_sent_back_and_the_others_go_on(
    hub, rows, monkeypatch, caplog
):
    kernel, readers = rows
    send, [[first, second], *_] = kernel.send, seated(hub)

    def fail(descriptor, *arguments):
        if descriptor == second.connection.sink.descriptor:
            raise MemoryError
        return send(descriptor, *arguments)

    monkeypatch.setattr(sends, "_send", fail)  # the system's call
    await say("a")
    sound = [reader for reader in readers if reader.connection.sink.closed is None]
    for reader in readers:
        if reader.connection in (first.connection, second.connection):
            await until(lambda reader=reader: reader.sink.closed)
            assert reader.sink.closed[0] == 1011
        else:
            await reader.until(2)
    assert len(sound) >= 3 and sum(map(len, seated(hub))) == 3


async def test_events_that_are_large_are_written_one_reader_at_a_time(hub, rows, monkeypatch):
    kernel, readers = rows
    monkeypatch.setattr(broadcast, "BATCH_BYTES", 100)
    looks = []
    in_turns = broadcast.in_turns
    monkeypatch.setattr(  # the real one is called
        broadcast,
        "in_turns",
        lambda all_, at_once: (looks.append(at_once), in_turns(all_, at_once))[1],
    )
    await say("a", text="x" * 200)
    for reader in readers:
        await reader.until(2)
    assert not kernel.sent and looks == [1, 1]


async def test_the_loop_has_turns_while_many_are_written_to(hub, monkeypatch):
    monkeypatch.setattr(event_loop, "HOLD_SECONDS", 0.0)
    readers = [await batching(hub).join("board") for _ in range(100)]
    slow = ListSink.write

    def write(sink, frames):
        time.sleep(0.001)  # a write that takes long
        slow(sink, frames)

    monkeypatch.setattr(ListSink, "write", write)  # the test's own sink
    await say("a")
    await until(lambda: any(reader.keys() for reader in readers))
    # Had the loop been held to the end, every reader would have it by now.
    missing = [reader for reader in readers if not reader.keys()]
    for reader in readers:
        await reader.until(1)
    assert missing
