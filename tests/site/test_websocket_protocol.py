import asyncio
import socket

import pytest

from stoppress.site import websocket_protocol
from stoppress.site.websocket_protocol import UNSEEN_AT_ONCE

from .raw import HEAD, UPGRADE, say_yes, served, until

MUCH = "x" * 2**24
MASK = b"\0\0\0\0"
PING = b"\x89\x80" + MASK
PONG = b"\x8a\x80" + MASK
BEGUN = b"\x01\x80" + MASK
GOING_ON = b"\x00\x80" + MASK
CLOSE = b"\x88\x82" + MASK + b"\x03\xe8"
# A text of 5,000 bytes, where 4,096 may be sent.
TOO_BIG = b"\x81\xfe\x13\x88" + MASK + b"t" * 5000
WRONG = b"\xf1\x80" + MASK


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(websocket_protocol, "CLOSE_SECONDS", 0.1)


async def tell_much(scope, receive, send):
    """Send more than a reader that reads nothing takes."""
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": MUCH})
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def stuck(site):
    """Return a reader that takes nothing, with much under way to it."""
    reader = await site.connect(limit=1)
    reader.say(UPGRADE + b"\r\n")
    await until(lambda: any(not c.writable.is_set() for c in protocols(site)))
    reader.writer.transport.pause_reading()
    return reader


def protocols(site):
    return [c for c in site.state.connections if hasattr(c, "writable")]


@pytest.mark.parametrize("flood", [PING, PONG, GOING_ON])
async def test_a_flood_of_frames_that_no_one_asked_for_is_cut(flood):
    async with served(say_yes) as site:
        reader = await site.upgrade()
        reader.say(BEGUN + flood * 1000)
        assert (await reader.rest())[2:].startswith((1008).to_bytes(2) + b"too many control")
        await until(lambda: not site.state.connections)


async def test_pings_of_a_reader_that_takes_nothing_are_not_answered_without_end():
    async with served(tell_much) as site:
        reader = await stuck(site)
        [connection] = protocols(site)
        held = connection.transport.get_write_buffer_size()
        reader.say(PING * 1000)
        await until(connection.transport.is_closing)
        assert connection.transport.get_write_buffer_size() <= held + 200
        await until(lambda: not site.state.connections)


async def test_a_ping_now_and_then_is_answered():
    async with served(say_yes) as site:
        reader = await site.upgrade()
        for _ in range(int(UNSEEN_AT_ONCE) - 1):
            reader.say(PING)
            async with asyncio.timeout(10):
                assert await reader.reader.readexactly(2) == b"\x8a\x00"


@pytest.mark.parametrize("last", [CLOSE, TOO_BIG, WRONG])
async def test_one_that_takes_nothing_is_let_go_whatever_ends_the_connection(last):
    async with served(tell_much, ws_max_size=4096) as site:
        reader = await stuck(site)
        reader.say(last)
        await until(lambda: not site.state.connections)
        await until(lambda: not site.state.tasks)


async def test_a_server_that_leaves_lets_go_of_one_that_takes_nothing():
    async with served(tell_much) as site:
        reader = await stuck(site)
        [connection] = protocols(site)
        reader.say(CLOSE)
        await until(connection.transport.is_closing)
        connection.shutdown()
        await until(lambda: not site.state.connections)


async def test_the_end_of_the_application_is_that_of_the_connection():
    async def tell_and_end(scope, receive, send):
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": MUCH})

    async with served(tell_and_end) as site:
        reader = await site.connect(limit=1)
        reader.say(UPGRADE + b"\r\n")
        await until(lambda: protocols(site) and not site.state.tasks)
        await until(lambda: not site.state.connections)


async def test_one_that_does_not_answer_a_ping_is_let_go():
    async with served(say_yes, ws_ping_interval=0.05, ws_ping_timeout=0.05) as site:
        reader = await site.upgrade()
        assert (4003).to_bytes(2) + b"no sign of life" in await reader.rest()
        await until(lambda: not site.state.connections)


async def test_a_handshake_that_cannot_be_read_is_refused_and_closed():
    async with served(say_yes) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n")
        assert (await reader.rest()).startswith(b"HTTP/1.1 431 ")
        await until(lambda: not site.state.connections)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux has that option")
async def test_the_hub_is_to_find_a_slow_reader_before_the_kernel_does(settings):
    settings.STOPPRESS_LIVE = {"LAG_SECONDS": 60}
    async with served(say_yes) as site:
        await site.upgrade()
        [connection] = protocols(site)
        line = connection.transport.get_extra_info("socket")
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 70_000


async def test_a_plain_request_is_still_answered():
    async with served(say_yes) as site:
        client = await site.connect()
        client.say(HEAD + b"\r\n")
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")
