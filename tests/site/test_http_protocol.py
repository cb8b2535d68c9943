import asyncio
import gc
import logging
import socket
from collections import deque

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from stoppress.site import http_protocol, newcomers
from stoppress.site.http_protocol import ENDLESS, HEAD_BYTES, URL_BYTES, HttpProtocol
from stoppress.site.newcomers import NEWCOMERS

from .raw import HEAD, UPGRADE, say_yes, served, until

CHANGEABLE = (bytearray, deque, dict, list, set)


@pytest.fixture
def hasty(monkeypatch):
    """Waits that a test need not sit through."""
    monkeypatch.setattr(http_protocol, "HESITATES_SECONDS", 0.05)
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(http_protocol, "BODY_SECONDS", 0.2)


class Stream:
    """An application whose answer never ends, as that of server-sent events."""

    def __init__(self):
        self.gone = asyncio.Event()

    async def __call__(self, scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        scope["extensions"][ENDLESS]()
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone.set()


@pytest.mark.parametrize("start", [HEAD, UPGRADE])
async def test_headers_without_end_are_refused(start):
    async with served(say_yes) as site:
        client = await site.connect()
        client.say(start + b"".join(b"X-%d: %b\r\n" % (n, b"v" * 60) for n in range(600)))
        assert (await client.rest()).startswith(b"HTTP/1.1 431 ")


async def test_one_header_without_end_is_refused():
    async with served(say_yes) as site:
        client = await site.connect()
        client.say(HEAD + b"X: ")
        await until(lambda: [c for c in site.state.connections if c.headers])
        client.say(b"v" * (HEAD_BYTES + 1))
        assert (await client.rest()).startswith(b"HTTP/1.1 431 ")


async def test_headers_as_large_as_they_may_be_are_taken():
    async with served(say_yes) as site:
        client = await site.connect()
        client.say(HEAD + b"X: " + b"v" * (HEAD_BYTES - 100) + b"\r\n\r\n")
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")


async def test_an_address_that_is_too_long_is_refused():
    async with served(say_yes) as site:
        client = await site.connect()
        client.say(b"GET /" + b"a" * URL_BYTES + b" HTTP/1.1\r\n")
        assert (await client.rest()).startswith(b"HTTP/1.1 414 ")


async def test_a_large_body_is_no_large_head():
    async def read(scope, receive, send):
        got = b""
        while len(got) < 300_000:
            got += (await receive())["body"]
        await say_yes(scope, receive, send)

    async with served(read) as site:
        client = await site.connect()
        client.say(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 300000\r\n\r\n")
        client.say(b"b" * 300_000)
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("said", [b"", HEAD, b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n12"])
async def test_a_connection_that_never_asks_the_whole_is_closed(said):
    async def wait(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass

    async with served(wait) as site:
        client = await site.connect()
        client.say(said)
        assert await client.rest() == b""
        await until(lambda: not site.state.connections)


@pytest.mark.usefixtures("hasty")
async def test_a_connection_kept_open_gets_no_longer_for_its_next_request():
    async with served(say_yes, timeout_keep_alive=1) as site:
        client = await site.connect()
        client.say(HEAD + b"\r\n")
        await client.head()
        client.say(HEAD)
        assert await client.rest() == b""


@pytest.mark.usefixtures("hasty")
async def test_an_answer_and_a_websocket_may_take_as_long_as_they_like():
    async def think(scope, receive, send):
        if scope["type"] == "http":
            await asyncio.sleep(0.5)  # what it shows is that nothing ends it meanwhile
        await say_yes(scope, receive, send)

    async with served(think) as site:
        reader = await site.upgrade()
        client = await site.connect()
        client.say(HEAD + b"\r\n")
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")
        assert not reader.reader.at_eof()


async def test_what_has_read_a_handshake_is_gone_without_the_collector():
    gc.collect()
    gc.disable()
    try:
        async with served(say_yes) as site:
            reader = await site.upgrade()
            left = [each for each in gc.get_objects() if type(each) is HttpProtocol]
            assert not left
            assert not reader.reader.at_eof()
    finally:
        gc.enable()


async def test_connections_of_one_server_share_nothing_that_a_request_could_change():
    may_be_shared = {"app_state", "connections", "tasks"}
    async with served(say_yes) as site:
        for _ in range(3):
            client = await site.connect()
            client.say(HEAD + b"\r\n")
            await client.head()
        first, *others = map(vars, site.state.connections)
        assert len(others) == 2
        for other in others:
            assert first.keys() == other.keys()
            shared = {name for name in first if first[name] is other[name]}
            large = {name for name in shared if isinstance(first[name], CHANGEABLE)}
            assert large <= may_be_shared
            assert {"parser", "flow", "pipeline", "transport", "cycle"}.isdisjoint(shared)


async def test_at_the_outset_uvicorn_does_no_more_than_we_do_in_its_place():
    async with served(say_yes) as site:
        await site.connect()
        await until(lambda: site.state.connections)
        [ours] = site.state.connections
        theirs = HttpToolsProtocol(ours.config, ours.server_state, {})
        before = dict(vars(theirs))
        theirs.connection_made(ours.transport)
        told = {name: value for name, value in vars(theirs).items() if before.get(name) != value}
        assert told.keys() == {"transport", "flow", "server", "client", "scheme"}
        assert vars(theirs).keys() <= vars(ours).keys()
        for name in told.keys() - {"flow"}:
            assert told[name] == getattr(ours, name)
        site.state.connections.discard(theirs)


@pytest.mark.usefixtures("hasty")
async def test_one_peer_holds_only_so_many_connections_that_ask_for_nothing(monkeypatch, caplog):
    monkeypatch.setattr(newcomers, "MOST", 3)
    monkeypatch.setattr(NEWCOMERS, "_quiet_until", 0.0)
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 60.0)
    async with served(say_yes) as site:
        with caplog.at_level(logging.WARNING, logger="stoppress"):
            clients = [await site.connect() for _ in range(8)]
            await until(lambda: sum(client.cut() for client in clients) == 5)
        assert len([r for r in caplog.records if "without a whole request" in r.message]) == 1
        for client in clients:
            client.say(HEAD + b"\r\n")
        await until(lambda: not NEWCOMERS._held)
        last = await site.connect()
        last.say(HEAD + b"\r\n")
        assert (await last.head()).startswith(b"HTTP/1.1 204 ")


async def test_a_reader_of_a_stream_with_a_request_behind_it_is_seen_to_leave():
    stream = Stream()
    async with served(stream) as site:
        client = await site.connect()
        client.say((HEAD + b"\r\n") * 2)
        await client.head()
        client.say(HEAD + b"\r\n")
        client.writer.close()
        async with asyncio.timeout(10):
            await stream.gone.wait()
        await until(lambda: not site.state.tasks)


async def test_what_is_said_behind_a_stream_is_not_taken_for_ever():
    stream = Stream()
    async with served(stream) as site:
        client = await site.connect()
        client.say(HEAD + b"\r\n")
        await client.head()
        client.say(b"x" * (HEAD_BYTES + 1))
        await client.rest()
        async with asyncio.timeout(10):
            await stream.gone.wait()


async def test_requests_sent_behind_one_another_are_answered_in_turn():
    async with served(say_yes) as site:
        client = await site.connect()
        client.say((HEAD + b"\r\n") * 3)
        for _ in range(3):
            assert (await client.head()).startswith(b"HTTP/1.1 204 ")


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux has that option")
async def test_a_line_of_a_stream_is_given_up_sooner_than_that_of_a_page():
    stream = Stream()

    def patience(site):
        [connection] = site.state.connections
        line = connection.transport.get_extra_info("socket")
        return line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)

    async with served(stream) as site:
        client = await site.connect()
        await until(lambda: site.state.connections)
        assert patience(site) == 40_000
        client.say(HEAD + b"\r\n")
        await client.head()
        await until(lambda: patience(site) == 10_000)


async def test_an_upgrade_in_the_midst_of_an_answer_ends_the_connection():
    may_go_on = asyncio.Event()

    async def slow(scope, receive, send):
        assert scope["type"] == "http"
        await may_go_on.wait()

    async with served(slow) as site:
        client = await site.connect()
        client.say(HEAD + b"\r\n" + UPGRADE + b"\r\n")
        assert b"101" not in await client.rest()
        may_go_on.set()
        await until(lambda: not site.state.connections)
