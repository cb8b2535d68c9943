import time

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from stoppress.live import event_loop
from stoppress.live.delivery import broadcast, row, sends
from stoppress.live.delivery import ring as rings
from stoppress.live.delivery.broadcast import write_to_row
from stoppress.live.delivery.connection import Connection
from stoppress.live.protocol.refusals import cannot_be_read
from tests.live.conftest import put
from tests.live.kernel import Kernel, WiredLine
from tests.live.reader import ListSink, Reader, say
from tests.site.raw import until

from .test_open_stream import grow, stream_of
from .test_ring import frames
from .test_subscription import live as come_live


def batching(hub):
    reader = Reader(hub)
    reader.sink = reader.connection.sink = ListSink(batch_bytes=2**16)
    return reader


async def test_readers_at_the_head_get_the_same_bytes(hub):
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


async def test_a_stalled_reader_gets_the_missed_events_once_it_reads_again(hub):
    slow, quick = await batching(hub).join("board"), await batching(hub).join("board")
    slow.sink.stalled = True
    await say("a", "b")
    await quick.until(2)
    slow.sink.take()
    hub.pump(slow.connection)
    assert slow.keys() == quick.keys() == ["a", "b"]


async def test_events_too_large_for_one_write_come_in_several(hub, monkeypatch):
    monkeypatch.setattr(broadcast, "BATCH_BYTES", 1)
    reader = await batching(hub).join("board")
    await say("a", "b", "c")
    await reader.until(3)
    assert reader.keys() == ["a", "b", "c"]


async def test_a_text_withdrawn_in_the_same_look_is_not_sent(hub):
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
    return [list(row) for row in hub.streams["board"].audience.rows]


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


async def test_readers_in_rows_are_written_to_without_their_sinks(hub, rows):
    kernel, readers = rows
    written = [reader.connection.written for reader in readers]
    for count, key in ((2, "a"), (3, "b")):
        await say(key)
        for reader in readers:
            await reader.until(count)
    assert all(reader.keys() == ["first", "a", "b"] for reader in readers)
    assert kernel.sent == 10
    assert written == [reader.connection.written for reader in readers]


async def test_a_cancelled_broadcast_costs_no_reader_an_event(hub, rows, monkeypatch, caplog):
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


async def test_a_row_whose_send_fails_is_closed_and_the_others_continue(
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


async def test_large_events_are_written_one_reader_at_a_time(hub, rows, monkeypatch):
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
    monkeypatch.setattr(broadcast, "BATCH_BYTES", 1000)
    await say("b")
    for reader in readers:
        await reader.until(3)
    assert looks == [1, 1, 1, event_loop.BETWEEN_LOOKS]


async def test_the_event_loop_gets_turns_during_a_write_to_many_readers(hub, monkeypatch):
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


# One stream, without a hub


class Audience:
    """Readers of one stream, and what a broadcast leaves to be pumped.

    Attributes:
        kernel: takes what is sent to those in rows.
        pumped: connections that were pumped.
    """

    def __init__(self):
        self.stream = stream_of("a")
        self.kernel = Kernel()
        self.pumped = []

    def come(self, sink=None):
        """Return a reader's place at the head, in a row if it is wired."""
        sink = sink or WiredLine(self.kernel, lambda frame, data: None)
        subscription = come_live(self.stream, sink=sink)
        if sink.wire is not None:
            sink.filled = subscription.connection.leave_rows
            self.stream.audience.seat(subscription, sink.descriptor)
        return subscription

    def pump(self, connection):
        """Do as the hub does."""
        self.pumped.append(connection)
        connection.pump()
        if not connection.open:
            for subscription in connection.subscriptions:
                subscription.unsubscribe(1.0)

    async def tell(self, *keys, **more):
        after = self.stream.ring.head
        grow(self.stream, *keys, **more)
        await broadcast.broadcast(self.stream, after, self.pump)

    def rows(self):
        return [list(row) for row in self.stream.audience.rows]


@pytest.fixture
def audience(monkeypatch):
    monkeypatch.setattr(row, "ROW", 2)
    made = Audience()
    monkeypatch.setattr(sends, "_send", made.kernel.send)  # the system's call
    yield made
    assert not made.kernel.faults


def keys(subscription):
    return [frame["key"] for frame in subscription.connection.sink.frames]


async def test_rows_get_new_events_and_move_their_cursor(audience):
    everybody = [audience.come() for _ in range(3)]
    await audience.tell("b", "c")
    await audience.tell("d")
    assert [keys(each) for each in everybody] == [["b", "c", "d"]] * 3
    assert {each.cursor for each in everybody} == {audience.stream.ring.head}
    assert audience.rows() == [everybody[:2], everybody[2:]]
    assert audience.pumped == [] and audience.kernel.sent == 6
    assert [each.connection.written for each in everybody] == [0] * 3


async def test_all_readers_but_those_at_the_head_are_pumped(audience):
    follows, behind = (audience.come(ListSink(batch_bytes=300)) for _ in range(2))
    behind.connection.sink.stalled = True
    await audience.tell("b")
    assert audience.pumped == []
    await audience.tell("c")
    assert audience.pumped == [behind.connection]
    assert keys(follows) == ["b", "c"] and keys(behind) == ["b"]


async def test_all_readers_are_pumped_if_the_events_exceed_one_batch(audience, monkeypatch):
    monkeypatch.setattr(rings, "BATCH_BYTES", 1)
    wired, single = audience.come(), audience.come(ListSink(batch_bytes=300))
    await audience.tell("b", "c")
    assert set(audience.pumped) == {wired.connection, single.connection}
    assert keys(wired) == keys(single) == ["b", "c"]
    assert audience.rows() == [] and audience.kernel.sent == 0


async def test_a_row_at_another_cursor_is_dissolved_and_its_readers_continue_from_there(audience):
    behind, other = audience.come(), audience.come()
    grow(audience.stream, "b")
    at_head = [audience.come() for _ in range(3)]
    await audience.tell("c")
    assert keys(behind) == keys(other) == ["b", "c"]
    assert [keys(each) for each in at_head] == [["c"]] * 3
    assert set(audience.pumped) == {behind.connection, other.connection}
    assert audience.rows() == [at_head[:2], at_head[2:]]


async def test_a_sparse_row_is_dissolved_and_its_readers_are_seated_anew(audience, monkeypatch):
    monkeypatch.setattr(row, "ROW", 4)
    everybody = [audience.come() for _ in range(6)]
    for each in everybody[:3]:
        audience.stream.audience.discard(each)
    await audience.tell("b")
    assert audience.rows() == [[*everybody[4:], everybody[3]]]
    assert [keys(each) for each in everybody[3:]] == [["b"]] * 3 and audience.pumped == []


async def test_an_event_of_exactly_one_write_is_still_sent_to_rows(audience, monkeypatch):
    [wired] = [audience.come()]
    [size] = {len(frame.data) for frame in frames("b", after=audience.stream.ring.head)}
    monkeypatch.setattr(broadcast, "BATCH_BYTES", size)
    await audience.tell("b")
    assert audience.kernel.sent == 1
    monkeypatch.setattr(broadcast, "BATCH_BYTES", size - 1)
    await audience.tell("c")
    assert audience.kernel.sent == 1 and keys(wired) == ["b", "c"]


async def test_a_reader_whose_socket_takes_part_gets_the_rest_from_its_sink(audience):
    everybody = [audience.come() for _ in range(2)]
    for each in everybody:
        each.connection.written = 5
    takes_a_part = everybody[1]  # by its descriptor, which is odd
    takes_a_part.connection.sink.stalled = True
    await audience.tell("b")
    assert audience.rows() == [everybody[:1]]
    assert takes_a_part.row is None and takes_a_part.cursor == audience.stream.ring.head
    assert [each.connection.written for each in everybody] == [5, 6]
    assert keys(everybody[0]) == keys(takes_a_part) == ["b"]
    takes_a_part.connection.sink.take()
    await audience.tell("c")
    assert keys(everybody[0]) == keys(takes_a_part) == ["b", "c"]


async def test_a_reader_that_cannot_be_sent_the_rest_ends_and_the_others_continue(audience, caplog):
    everybody = [audience.come() for _ in range(4)]
    broken = everybody[:2]
    for each in broken:
        each.connection.sink.stalled = True

        def fail(data):
            raise OSError("the socket is gone")

        each.connection.sink.write_rest = fail
    await audience.tell("b")
    for each in broken:
        assert each.connection.sink.closed[0] == cannot_be_read().code
    assert audience.pumped == [each.connection for each in broken]
    assert [keys(each) for each in everybody[2:]] == [["b"]] * 2
    assert audience.rows() == [everybody[2:]] and "write to a reader failed" in caplog.text


async def test_a_row_with_unknown_sent_bytes_ends(audience, monkeypatch):
    everybody = [audience.come() for _ in range(2)]

    def fail(*arguments):
        raise MemoryError

    monkeypatch.setattr(sends, "_send", fail)  # the system's call
    write_to_row(everybody[0].row, audience.stream.audience, b"news", audience.pump)
    assert audience.pumped == [each.connection for each in everybody]
    assert not any(each.connection.open for each in everybody) and audience.rows() == []


async def test_a_reader_whose_write_fails_ends_and_is_pumped(audience):
    broken, sound = (audience.come(ListSink(batch_bytes=300)) for _ in range(2))

    def fail(frames):
        raise OSError("the socket is gone")

    broken.connection.sink.write = fail
    await audience.tell("b")
    assert audience.pumped == [broken.connection] and not broken.connection.open
    assert keys(sound) == ["b"]
