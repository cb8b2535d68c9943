"""Behaviour of both paths: a consumer's connection, and one that the hub writes to."""

import asyncio
import socket

import pytest

from stoppress.live import metrics
from stoppress.live.delivery.sink import DIRECT
from stoppress.live.fast_path import tcp
from stoppress.live.fast_path.allowance import AT_ONCE
from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from stoppress.live.fast_path.handshake import HandshakeProtocol
from stoppress.live.fast_path.reader_protocol import ReaderProtocol
from tests.live.asking import counted
from tests.site.raw import HEAD, UPGRADE, say_yes, served, until

pytestmark = pytest.mark.slow("it waits for pings", one_in=4)

MUCH = "x" * 2**24
MASK = b"\0\0\0\0"
PING = b"\x89\x80" + MASK
PONG = b"\x8a\x80" + MASK
TEXT = b"\x81\x82" + MASK + b"{}"
BEGUN = b"\x01\x80" + MASK
GOING_ON = b"\x00\x80" + MASK
CLOSE = b"\x88\x82" + MASK + b"\x03\xe8"
# A text of 5,000 bytes, where 4,096 may be sent.
TOO_BIG = b"\x81\xfe\x13\x88" + MASK + b"t" * 5000
WRONG = b"\xf1\x80" + MASK


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(tcp, "CLOSE_SECONDS", 0.1)


class Heard:
    """A reader that only listens."""

    def __init__(self):
        self.messages, self.codes, self.fills, self.drains = [], [], 0, 0

    def message_received(self, message):
        self.messages.append(message)

    def filled(self):
        self.fills += 1

    def drained(self):
        self.drains += 1

    def disconnected(self, code):
        self.codes.append(code)


async def take(scope, receive, send):
    """Take the reader, and return."""
    scope["extensions"][DIRECT](Heard(), None)


async def take_and_tell_much(scope, receive, send):
    scope["extensions"][DIRECT](Heard(), None).write([MUCH.encode()])


async def tell_much(scope, receive, send):
    """Send more than a reader that reads nothing takes."""
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": MUCH})
    while (await receive())["type"] != "websocket.disconnect":
        pass


class Way:
    """A way to serve connections: the protocol class, and applications for it."""

    def __init__(self, protocol, kind, listens, tells):
        self.protocol, self.kind, self.listens, self.tells = protocol, kind, listens, tells


WAYS = {
    "direct": Way(HandshakeProtocol, ReaderProtocol, take, take_and_tell_much),
    "handed-on": Way(HandshakeProtocol, ConsumerProtocol, say_yes, tell_much),
    "consumer": Way(ConsumerProtocol, ConsumerProtocol, say_yes, tell_much),
}


@pytest.fixture(params=WAYS)
def way(request):
    return WAYS[request.param]


def connections(site, way):
    return [each for each in site.state.connections if type(each) is way.kind]


def transport_of(connection):
    return connection._transport if isinstance(connection, ReaderProtocol) else connection.transport


async def stuck(site, way):
    """Return a reader that takes nothing, with much under way to it; and its connection."""
    reader = await site.connect(limit=1)
    # Before it asks: whatever it reads, the system could make room for the rest.
    reader.writer.transport.pause_reading()
    reader.say(UPGRADE + b"\r\n")

    def held():
        return [c for c in connections(site, way) if transport_of(c).get_write_buffer_size()]

    await until(held)
    return reader, held()[0]


@pytest.mark.parametrize("flood", [PING, PONG, TEXT, GOING_ON])
async def test_a_flood_of_frames_ends_the_connection(flood, way):
    async with served(way.listens, ws=way.protocol) as site:
        reader = await site.upgrade()
        reader.say((BEGUN if flood == GOING_ON else b"") + flood * 1000)
        assert (await reader.rest())[2:].startswith((1008).to_bytes(2) + b"too many frames")
        await until(lambda: not site.state.connections)


async def test_pings_of_a_reader_that_takes_nothing_are_not_answered_without_end(way):
    async with served(way.tells, ws=way.protocol) as site:
        reader, connection = await stuck(site, way)
        held = transport_of(connection).get_write_buffer_size()
        reader.say(PING * 1000)
        await until(transport_of(connection).is_closing)
        assert transport_of(connection).get_write_buffer_size() <= held + 200
        await until(lambda: not site.state.connections)


async def test_a_ping_now_and_then_is_answered(way):
    async with served(way.listens, ws=way.protocol) as site:
        reader = await site.upgrade()
        for _ in range(AT_ONCE - 1):
            reader.say(PING)
            async with asyncio.timeout(10):
                assert await reader.reader.readexactly(2) == b"\x8a\x00"


@pytest.mark.parametrize("last", [CLOSE, TOO_BIG, WRONG])
async def test_a_reader_that_takes_nothing_is_dropped_at_any_end_of_its_connection(last, way):
    async with served(way.tells, ws=way.protocol, ws_max_size=4096) as site:
        reader, _ = await stuck(site, way)
        reader.say(last)
        await until(lambda: not site.state.connections)
        await until(lambda: not site.state.tasks)


async def test_a_stopping_server_drops_a_reader_that_takes_nothing(way):
    async with served(way.tells, ws=way.protocol) as site:
        reader, connection = await stuck(site, way)
        reader.say(CLOSE)
        await until(transport_of(connection).is_closing)
        connection.shutdown()
        await until(lambda: not site.state.connections)


async def test_a_stopping_server_closes_with_1012(way):
    async with served(way.listens, ws=way.protocol) as site:
        reader = await site.upgrade()
        await until(lambda: connections(site, way))
        connections(site, way)[0].shutdown()
        assert await reader.rest() == b"\x88\x02" + (1012).to_bytes(2)
        await until(lambda: not site.state.connections)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (CLOSE, 1000),
        (b"\x88\x80" + MASK, None),
        (TOO_BIG, 1009),
        (WRONG, 1002),
        (b"\x81\x81" + MASK + b"\xff", 1007),
        (BEGUN + TEXT, 1002),
        (GOING_ON, 1002),
        (TEXT[:1] + b"\x02{}", 1002),
        (b"\x09\x80" + MASK, 1002),
    ],
    ids=["close", "bare", "too-big", "reserved", "utf-8", "nested", "no-begin", "bare", "part"],
)
async def test_a_close_is_answered_and_a_protocol_error_closes(said, code, way):
    async with served(way.listens, ws=way.protocol, ws_max_size=4096) as site:
        reader = await site.upgrade()
        reader.say(said)
        answer = await reader.rest()
        assert answer[:1] == b"\x88"
        assert answer[2:4] == (b"" if code is None else code.to_bytes(2))
        await until(lambda: not site.state.connections)


async def test_a_reader_that_does_not_answer_a_ping_is_dropped(way):
    options = {"ws": way.protocol, "ws_ping_interval": 0.05, "ws_ping_timeout": 0.05}
    async with served(way.listens, **options) as site:
        reader = await site.upgrade()
        assert (4003).to_bytes(2) + b"no sign of life" in await reader.rest()
        await until(lambda: not site.state.connections)


@pytest.mark.slow("it waits for pings")
async def test_a_reader_that_takes_nothing_is_not_declared_dead_by_a_ping(way, monkeypatch):
    options = {"ws": way.protocol, "ws_ping_interval": 0.05, "ws_ping_timeout": 0.05}
    async with served(way.tells, **options) as site:
        reader, connection = await stuck(site, way)
        for _ in range(3):
            beside = await site.upgrade()
            assert b"no sign of life" in await beside.rest()
        assert connections(site, way) == [connection]
        assert not transport_of(connection).is_closing()
        monkeypatch.setattr(tcp, "CLOSE_SECONDS", 60)  # a busy machine takes a while for all of it
        reader.writer.transport.resume_reading()
        # Now it takes everything, and is asked for a sign of life.
        got = b""
        async with asyncio.timeout(30):
            while not got.endswith((4003).to_bytes(2) + b"no sign of life"):
                got = got[-20:] + await reader.more()


@pytest.mark.parametrize(
    ("said", "code"), [(b"", 4003), (PING * 1000, 1008), (TOO_BIG, 1009), (WRONG, 1002)]
)
async def test_connections_closed_by_the_server_are_counted_by_code(said, code, way):
    seconds = 20 if said else 0.2
    options = {"ws": way.protocol, "ws_ping_interval": seconds, "ws_ping_timeout": seconds}
    before = counted(metrics.CLOSES, str(code))
    async with served(way.listens, ws_max_size=4096, **options) as site:
        reader = await site.upgrade()
        reader.say(said)
        assert code.to_bytes(2) in await reader.rest()
        assert counted(metrics.CLOSES, str(code)) == before + 1


async def test_a_reader_that_leaves_is_not_counted_as_closed(way):
    before = counted(metrics.CLOSES, "1000")
    async with served(way.listens, ws=way.protocol) as site:
        reader = await site.upgrade()
        reader.say(CLOSE)
        await reader.rest()
        await until(lambda: not site.state.connections)
    assert counted(metrics.CLOSES, "1000") == before


async def test_a_reader_that_answers_pings_stays(way):
    options = {"ws": way.protocol, "ws_ping_interval": 0.2, "ws_ping_timeout": 1}
    async with served(way.listens, **options) as site:
        reader = await site.upgrade()
        for _ in range(3):
            async with asyncio.timeout(10):
                [head, size] = await reader.reader.readexactly(2)
                payload = await reader.reader.readexactly(size)
            assert head == 0x89
            reader.say(bytes([0x8A, 0x80 | size]) + MASK + payload)
        assert connections(site, way)


async def test_a_handshake_that_cannot_be_read_is_refused_and_closed(way):
    async with served(way.listens, ws=way.protocol) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n")
        assert (await reader.rest()).startswith(b"HTTP/1.1 431 ")
        await until(lambda: not site.state.connections)


async def test_a_handshake_of_another_version_is_refused_and_closed(way):
    async with served(way.listens, ws=way.protocol) as site:
        reader = await site.connect()
        reader.say(UPGRADE.replace(b"Version: 13", b"Version: 8") + b"\r\n")
        assert (await reader.rest()).startswith(b"HTTP/1.1 400 ")
        await until(lambda: not site.state.connections)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux has that option")
async def test_the_hub_finds_a_slow_reader_before_the_kernel(settings, way):
    settings.STOPPRESS_LIVE = {"LAG_SECONDS": 60}
    async with served(way.listens, ws=way.protocol) as site:
        await site.upgrade()
        await until(lambda: connections(site, way))
        [connection] = connections(site, way)
        under = transport_of(connection).get_extra_info("socket")
        assert under.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 70_000


async def test_a_plain_request_is_still_answered():
    async with served(say_yes) as site:
        client = await site.connect()
        client.say(HEAD + b"\r\n")
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")
