"""Behaviour of the consumer's protocol only; the rest is in `test_connections`."""

import asyncio

import pytest

from stoppress.live.fast_path import tcp
from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from stoppress.live.fast_path.handshake import HandshakeProtocol
from stoppress.live.readers.denial import deny
from tests.site.raw import UPGRADE, say_yes, served, until

pytestmark = pytest.mark.slow("it waits for the network", one_in=4)

MUCH = "x" * 2**24
MASK = b"\0\0\0\0"
PONG = b"\x8a\x80" + MASK
TEXT = b"\x81\x82" + MASK + b"{}"


async def test_the_end_of_the_application_ends_the_connection(monkeypatch):
    monkeypatch.setattr(tcp, "CLOSE_SECONDS", 0.1)

    async def tell_and_end(scope, receive, send):
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": MUCH})

    async with served(tell_and_end, ws=ConsumerProtocol) as site:
        reader = await site.connect(limit=1)
        reader.say(UPGRADE + b"\r\n")
        consumers = [ConsumerProtocol]
        await until(
            lambda: [type(c) for c in site.state.connections] == consumers and not site.state.tasks
        )
        await until(lambda: not site.state.connections)


@pytest.mark.parametrize("protocol", [ConsumerProtocol, HandshakeProtocol])
async def test_a_handshake_that_is_denied_is_no_error(protocol, caplog):
    async def refuse(scope, receive, send):
        await deny(scope, send, 404, b"not here")

    async with served(refuse, ws=protocol) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        answer = await reader.rest()
        await until(lambda: not site.state.connections and not site.state.tasks)
    assert answer.startswith(b"HTTP/1.1 404 ") and answer.endswith(b"\r\n\r\nnot here")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_reader_that_sends_is_not_pinged():
    pings = {"ws_ping_interval": 1.2, "ws_ping_timeout": 60}
    now = asyncio.get_running_loop().time
    async with served(say_yes, ws=ConsumerProtocol, **pings) as site:
        reader = await site.upgrade()
        said, quiet = now(), 0
        while quiet < 6:
            reader.say(PONG)
            try:
                async with asyncio.timeout(0.25):
                    assert await reader.reader.readexactly(1) == b"\x89"
            except TimeoutError:
                said, quiet = now(), quiet + 1
            else:
                # The event loop stood still, and a sign of life came too late: all begins anew.
                assert now() - said > 1.2
                await reader.reader.readexactly(1)
                said, quiet = now(), 0
        async with asyncio.timeout(30):
            assert await reader.reader.readexactly(1) == b"\x89"


@pytest.mark.slow("it waits for a close")
async def test_simultaneous_sends_arrive_in_order_before_the_close():
    async def tell(scope, receive, send):
        await send({"type": "websocket.accept"})
        for text in ("ä" * 10, "b" * 200, "c" * 70_000, "", "d"):
            await send({"type": "websocket.send", "text": text})
        await send({"type": "websocket.send", "bytes": b"e"})
        await send({"type": "websocket.close", "code": 4000})

    async with served(tell, ws=ConsumerProtocol) as site:
        reader = await site.upgrade()
        texts = [
            b"\x81\x14" + "ä".encode() * 10,
            b"\x81\x7e\x00\xc8" + b"b" * 200,
            b"\x81\x7f" + (70_000).to_bytes(8) + b"c" * 70_000,
            b"\x81\x00",
            b"\x81\x01d",
        ]
        assert await reader.rest() == b"".join(texts) + b"\x82\x01e" + b"\x88\x02\x0f\xa0"


async def test_unread_messages_of_the_application_stop_the_reading():
    taken, go_on = [], asyncio.Event()

    async def wait_and_take(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        await go_on.wait()
        while (message := await receive())["type"] == "websocket.receive":
            taken.append(message)

    async with served(wait_and_take, ws=ConsumerProtocol) as site:
        reader = await site.upgrade()
        [connection] = site.state.connections
        reader.say(TEXT)
        reader.say(TEXT)
        await until(lambda: connection.read_paused)
        assert connection.queue.qsize() == 2
        go_on.set()
        await until(lambda: len(taken) == 2 and not connection.read_paused)
        reader.say(TEXT)
        await until(lambda: len(taken) == 3)


@pytest.mark.parametrize(
    ("line", "answer"),
    [(b"Cookie: " + b"c" * 9000, b"HTTP/1.1 431 "), (b"Content-Length: 5", b"HTTP/1.1 400 ")],
    ids=["long", "body"],
)
async def test_a_frame_that_the_library_refuses_is_refused(line, answer):
    async with served(say_yes, ws=ConsumerProtocol) as site:
        reader = await site.connect()
        reader.say(UPGRADE + line + b"\r\n\r\n")
        assert (await reader.rest())[:13] == answer
        await until(lambda: not site.state.connections)
