"""Readers in rows, on real sockets: what is sent past a sink and through it stays one stream."""

import asyncio
import json
import socket
import ssl
from contextlib import asynccontextmanager

import pytest

from stoppress.live import metrics
from stoppress.live.delivery.sink import DIRECT
from stoppress.live.fast_path import tcp
from stoppress.live.transports.direct_websocket import serve_directly
from tests.live.kernel import messages
from tests.live.reader import say
from tests.site.raw import HEAD, UPGRADE, served, until

ASKS = UPGRADE.replace(b"GET / ", b"GET /?stream=board ")
TOO_BIG = b"\x81\xfe\x13\x88" + bytes(4) + b"t" * 5000
CLOSE = b"\x88\x82" + bytes(4) + b"\x03\xe8"


async def live(scope, receive, send):
    await serve_directly(scope, scope["extensions"][DIRECT])


class Reader:
    """A reader of the stream `board`; reads what has come when it is asked for its keys."""

    def __init__(self, client):
        self.client = client
        self.data = bytearray()

    async def until(self, part):
        """Read until some bytes have come, and the message that they are in."""
        looked = 0
        async with asyncio.timeout(30):
            while (at := self.data.find(part, looked)) < 0 or not self.data.endswith(b"}"):
                # What was searched is not searched again: some readers are sent megabytes.
                looked = at if at >= 0 else max(0, len(self.data) - len(part))
                self.data += await self.client.more()

    async def keys(self, last):
        """Read until an event of the last key; return all keys that have come."""
        await self.until(f'"key":"{last}"'.encode())
        frames = [json.loads(text) for text in messages(self.data)]
        return [frame["key"] for frame in frames if frame["type"] == "event"]


@asynccontextmanager
async def reading(hub, count):
    """Give readers who are in a row, each of whom was sent the event `first` by itself."""
    async with served(live) as site:
        readers = []
        for _ in range(count):
            client = await site.connect(limit=1024)
            client.say(ASKS + b"\r\n")
            await client.head()
            readers.append(Reader(client))
            await readers[-1].until(b'"type":"live"')
        await say("first")
        await until(lambda: sum(map(len, audience(hub).rows)) == count)
        yield site, readers


def audience(hub):
    return hub.streams["board"].audience


async def test_readers_are_in_a_row_from_the_second_event_on(hub):
    async with reading(hub, 3) as (_, readers):
        await say("a", "b")
        assert [await reader.keys("b") for reader in readers] == [["first", "a", "b"]] * 3
        assert sum(map(len, audience(hub).rows)) == 3


async def test_a_reader_that_pauses_gets_all_in_order_and_delays_no_other(hub):
    async with reading(hub, 3) as (_, [slow, *quick]):
        texts = [f"t{number:03}" for number in range(200)]
        for key in texts:
            await say(key, text="x" * 60_000)
            for reader in quick:
                await reader.keys(key)
                reader.data.clear()
            if len(audience(hub).single) == 1:
                break
        assert len(audience(hub).single) == 1 and sum(map(len, audience(hub).rows)) == 2
        await say("after")
        told = ["first", *texts[: texts.index(key) + 1], "after"]
        assert await slow.keys(told[-1]) == told
        # What came while it was full is behind it, and it stands with the others again.
        await say("again")
        assert await slow.keys("again") == [*told, "again"]
        await until(lambda: not audience(hub).single)


async def test_a_reader_that_leaves_is_sent_nothing_more_and_the_others_are(hub):
    async with reading(hub, 4) as (_, [closing, cut, *others]):
        closing.client.say(CLOSE)
        cut.client.writer.transport.abort()
        await until(lambda: sum(map(len, audience(hub).rows)) == 2)
        await say("a")
        assert [await reader.keys("a") for reader in others] == [["first", "a"]] * 2
        data = await closing.client.rest()
        assert data.endswith(b"\x88\x02\x03\xe8") and b'"key":"a"' not in data


async def test_nothing_is_sent_after_the_close_of_a_stopping_server(hub):
    async with reading(hub, 2) as (site, readers):
        for connection in list(site.state.connections):
            connection.shutdown()
        assert not audience(hub)
        await say("a")
        for reader in readers:
            assert (await reader.client.rest()).endswith(b"\x88\x02\x03\xf4")


async def test_a_socket_filled_by_another_writer_is_sent_all_in_order(hub):
    async with reading(hub, 2) as (_, readers):
        quick, slow = sorted(readers, key=lambda reader: reader is readers[1])
        row = next(iter(audience(hub).rows))
        [connection] = [
            each.connection
            for each in row
            if each.connection.sink._transport.get_extra_info("peername")
            == slow.client.writer.get_extra_info("sockname")
        ]
        beats = 0
        while not connection.sink.pending():
            connection.send_control(b'{"type":"heartbeat","pad":"%b"}' % (b"x" * 60_000))
            beats += 1
        assert sum(map(len, audience(hub).rows)) == 1
        await say("a", "b")
        assert await quick.keys("b") == ["first", "a", "b"]
        assert await slow.keys("b") == ["first", "a", "b"]
        kinds = [json.loads(text)["type"] for text in messages(slow.data)]
        first = ["hello", "snapshot", "live", "event"]
        assert kinds == [*first, *["heartbeat"] * beats, "event", "event"]


@pytest.mark.parametrize("broken", ["REFUSALS", "READERS"])
async def test_no_failure_sends_bytes_to_the_next_owner_of_a_descriptor(hub, monkeypatch, broken):
    async with reading(hub, 3) as (site, [leaving, *others]):
        metrics.readers.cache_clear()
        monkeypatch.setattr(metrics, broken, None)  # nothing real fails there
        leaving.client.say(TOO_BIG)
        await until(lambda: sum(map(len, audience(hub).rows)) == 2)
        leaving.client.writer.transport.abort()
        await until(lambda: len(site.state.connections) == 2)
        monkeypatch.undo()
        pairs = [socket.socketpair() for _ in range(20)]
        await say("a")
        assert [await reader.keys("a") for reader in others] == [["first", "a"]] * 2
        ends = [end for pair in pairs for end in pair]
        for end in ends:
            end.setblocking(False)
            with pytest.raises(BlockingIOError):
                end.recv(1)
        for end in ends:
            end.close()


async def test_bytes_that_http_has_left_unsent_go_out_first(hub):
    much, sent = b"y" * 16_000_000, asyncio.Event()

    async def page_or_reader(scope, receive, send):
        if scope["type"] == "websocket":
            await live(scope, receive, send)
            return
        length = [(b"content-length", str(len(much)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        await send({"type": "http.response.body", "body": much})
        sent.set()

    async with served(page_or_reader) as site:
        client = await site.connect(limit=1024)
        client.say(HEAD + b"\r\n")
        await sent.wait()
        await until(lambda: not site.state.tasks)
        client.say(ASKS + b"\r\n")
        await until(lambda: hub.connections)
        [connection] = site.state.connections
        assert connection.pending()
        for position, key in enumerate("xyz", 1):
            await say(key)
            await until(lambda seen=position: hub.streams["board"].ring.head.position == seen)
        await client.head()
        assert await client.reader.readexactly(len(much)) == much
        assert b"101" in await client.head()
        reader = Reader(client)
        await reader.until(b'"type":"live"')
        await say("b", "c")
        assert (await reader.keys("c"))[-2:] == ["b", "c"]


async def test_an_encrypted_connection_is_never_written_to_directly():
    class Encrypted(asyncio.Transport):
        def get_extra_info(self, name, default=None):
            return {"sslcontext": ssl.create_default_context(), "socket": self}.get(name, default)

        def fileno(self):
            return 7

    assert tcp.descriptor(Encrypted()) is None
