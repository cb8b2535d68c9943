import asyncio

import pytest

from stoppress.live.delivery.sink import DIRECT
from stoppress.live.fast_path import tcp
from stoppress.live.fast_path.reader_protocol import ReaderProtocol
from stoppress.live.protocol.refusals import malformed
from tests.site.raw import UPGRADE, served, until

from .test_connections import CLOSE, MASK, MUCH, PING, TEXT, Heard


class Taker:
    """An application that takes each reader, and keeps its sink."""

    def __init__(self, reader=None, at_once=()):
        self.reader = reader or Heard()
        self.at_once = list(at_once)
        self.sink = None

    async def __call__(self, scope, receive, send):
        self.sink = scope["extensions"][DIRECT](self.reader, "stoppress.v1")
        if self.at_once:
            self.sink.write(self.at_once)


async def test_the_end_of_the_application_does_not_end_the_connection():
    taker = Taker()
    async with served(taker) as site:
        reader = await site.upgrade()
        await until(lambda: not site.state.tasks)
        taker.sink.write([b"hello"])
        async with asyncio.timeout(10):
            assert await reader.reader.readexactly(7) == b"\x81\x05hello"
        assert [type(each) for each in site.state.connections] == [ReaderProtocol]


async def test_the_first_writes_go_out_with_the_answer():
    taker = Taker(at_once=[b"one", b"two"])
    async with served(taker) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        async with asyncio.timeout(10):
            first = await reader.reader.read(65536)
    assert b"sec-websocket-protocol: stoppress.v1\r\n" in first.lower()
    assert first.endswith(b"\r\n\r\n\x81\x03one\x81\x03two")


async def test_fragments_of_a_message_are_joined_and_delivered_once():
    taker = Taker()
    async with served(taker) as site:
        reader = await site.upgrade()
        said = b"\x01\x83" + MASK + b"a\xc3\xbc" + PING + b"\x80\x81" + MASK + b"b" + TEXT
        for byte in said:
            reader.say(bytes([byte]))
            await asyncio.sleep(0)  # so that each byte comes by itself
        reader.say(b"\x82\x81" + MASK + b"\0")
        await until(lambda: len(taker.reader.messages) == 3)
        assert taker.reader.messages == ["aüb", "{}", None]


async def test_the_decoder_is_freed_when_no_message_is_begun():
    taker = Taker()
    async with served(taker) as site:
        reader = await site.upgrade()
        await until(lambda: taker.sink is not None)
        reader.say(TEXT[:3])
        await until(lambda: taker.sink._decoder is not None)
        reader.say(TEXT[3:])
        await until(lambda: taker.reader.messages)
        assert taker.sink._decoder is None


class Takers:
    """An application that takes each reader by a taker of its own."""

    def __init__(self, *takers):
        self.takers = iter(takers)

    async def __call__(self, scope, receive, send):
        await next(self.takers)(scope, receive, send)


async def test_messages_of_simultaneous_readers_are_not_mixed_up():
    first, second = Taker(), Taker()
    async with served(Takers(first, second)) as site:
        one = await site.upgrade()
        one.say(TEXT)  # what has read this is idle, and lent to the next who speaks
        await until(lambda: first.reader.messages)
        other = await site.upgrade()
        one.say(b"\x01\x81" + MASK + b"a")
        await until(lambda: first.sink._decoder is not None)
        for seen in (1, 2):
            other.say(TEXT)
            await until(lambda seen=seen: len(second.reader.messages) == seen)
        assert second.sink._decoder is None, "given back"
        one.say(b"\x80\x81" + MASK + b"b")
        await until(lambda: len(first.reader.messages) == 2)
        assert first.reader.messages == ["{}", "ab"] and second.reader.messages == ["{}"] * 2


async def test_a_reader_that_takes_nothing_is_pending_until_it_reads_again():
    taker = Taker()
    async with served(taker) as site:
        reader = await site.connect(limit=1)
        reader.say(UPGRADE + b"\r\n")
        await until(lambda: taker.sink is not None and not site.state.tasks)
        assert not taker.sink.pending()
        assert taker.sink.wire is taker.sink and not taker.reader.fills
        taker.sink.write([MUCH.encode()])
        assert taker.sink.pending()
        assert taker.sink.wire is None and taker.reader.fills == 1
        drains = taker.reader.drains
        reading = asyncio.create_task(reader.rest())
        await until(lambda: not taker.sink.pending())
        assert taker.reader.drains == drains + 1
        assert taker.sink.wire is taker.sink
        reading.cancel()


async def test_more_than_a_batch_written_before_the_answer_is_pending():
    taker = Taker(at_once=[b"x" * ReaderProtocol.batch_bytes])
    async with served(taker) as site:
        seen = []
        taker.reader.drained = lambda: seen.append(taker.sink.pending())
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        await until(lambda: taker.sink is not None)
        assert taker.sink.pending() or seen == [0]
        await until(lambda: seen)
        assert seen == [0]


async def test_a_refusal_follows_the_bytes_already_written():
    taker = Taker()
    async with served(taker) as site:
        reader = await site.upgrade()
        await until(lambda: taker.sink is not None)
        taker.sink.write([b"last"])
        taker.sink.close(malformed("no"))
        taker.sink.close(malformed("again"))
        reader.say(CLOSE)
        told = (4400).to_bytes(2) + b"no"
        assert await reader.rest() == b"\x81\x04last\x88" + bytes([len(told)]) + told
        await until(lambda: taker.reader.codes)


async def test_a_reader_that_does_not_answer_the_close_is_dropped(monkeypatch):
    monkeypatch.setattr(tcp, "CLOSE_SECONDS", 0.1)
    taker = Taker()
    async with served(taker) as site:
        await site.upgrade()
        await until(lambda: taker.sink is not None)
        taker.sink.close(malformed("no"))
        await until(lambda: not site.state.connections)
        assert taker.reader.codes == [1006]


async def test_the_end_is_reported_once_with_its_code():
    for said, code in ((CLOSE, 1000), (b"\xf1\x80" + MASK, 1002)):
        taker = Taker()
        async with served(taker) as site:
            reader = await site.upgrade()
            reader.say(said)
            await reader.rest()
            await until(lambda: not site.state.connections)
            assert taker.reader.codes == [code]


async def test_a_reader_may_be_refused_for_its_message():
    class Strict(Heard):
        def message_received(self, message):
            super().message_received(message)
            taker.sink.close(malformed("no"))

    taker = Taker(Strict())
    async with served(taker) as site:
        reader = await site.upgrade()
        reader.say(TEXT + TEXT)
        async with asyncio.timeout(10):
            assert await reader.reader.readexactly(6) == b"\x88\x04" + (4400).to_bytes(2) + b"no"
        reader.say(CLOSE)
        await reader.rest()
        assert taker.reader.messages == ["{}"]


@pytest.mark.slow("it waits for what must not come")
async def test_nothing_is_sent_after_a_close():
    taker = Taker()
    async with served(taker, ws_ping_interval=0.04, ws_ping_timeout=0.04) as site:
        reader = await site.upgrade()
        await until(lambda: taker.reader.codes)
        taker.sink.write([b"after"])
        told = await reader.rest()
        assert told.endswith((4003).to_bytes(2) + b"no sign of life")
        assert taker.reader.codes == [4003]


async def test_a_reader_that_ends_its_side_and_reads_nothing_is_dropped(monkeypatch):
    monkeypatch.setattr(tcp, "CLOSE_SECONDS", 0.1)
    taker = Taker()
    async with served(taker) as site:
        reader = await site.connect(limit=1)
        reader.say(UPGRADE + b"\r\n")
        await until(lambda: taker.sink is not None and not site.state.tasks)
        reader.writer.transport.pause_reading()
        taker.sink.write([MUCH.encode()])
        reader.writer.write_eof()
        await until(taker.sink._transport.is_closing)
        taker.sink.close(malformed("too slow"))
        await until(lambda: not site.state.connections)
        assert taker.reader.codes


async def test_a_connection_can_be_accepted_once():
    said = []

    async def take_twice(scope, receive, send):
        take = scope["extensions"][DIRECT]
        take(Heard(), None)
        try:
            take(Heard(), None)
        except RuntimeError as error:
            said.append(str(error))

    async with served(take_twice) as site:
        reader = await site.upgrade()
        await until(lambda: said)
        assert "is taken already" in said[0]
        reader.say(PING)
        async with asyncio.timeout(10):
            assert (await reader.reader.readexactly(2))[0] == 0x8A
