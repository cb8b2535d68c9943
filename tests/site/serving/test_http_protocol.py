import asyncio
import gc
import logging
import socket
from collections import Counter
from contextlib import asynccontextmanager

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from stoppress.live.asgi_types import ENDLESS
from stoppress.site.serving import body_pace, http_protocol, lingering, newcomers, waiting_protocol
from stoppress.site.serving.http_protocol import URL_BYTES, HttpProtocol
from stoppress.site.serving.newcomers import NEWCOMERS
from stoppress.site.serving.parsing_protocol import HEAD_BYTES
from tests.site.raw import HEAD, UPGRADE, say_yes, served, until


@pytest.fixture
def hasty(monkeypatch):
    """Waits that a test need not sit through."""
    monkeypatch.setattr(waiting_protocol, "HESITATES_SECONDS", 0.05)
    monkeypatch.setattr(waiting_protocol, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(body_pace, "START_SECONDS", 0.2)
    monkeypatch.setattr(body_pace, "PAUSE_SECONDS", 0.2)


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


async def test_a_header_without_end_is_refused():
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
@pytest.mark.parametrize(
    "said, answer",
    [
        (b"", b""),
        (HEAD, b""),
        (b"POST" + HEAD[3:] + b"Content-Length: 9\r\n\r\n12", b"HTTP/1.1 408 "),
    ],
)
async def test_a_connection_that_never_completes_a_request_is_closed(said, answer):
    async def wait(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass

    async with served(wait) as site:
        client = await site.connect()
        client.say(said)
        told = await client.rest()
        assert told.startswith(answer) and bool(told) == bool(answer)
        client.writer.close()
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
async def test_connections_kept_open_are_closed_uncounted_when_nothing_comes(monkeypatch, caplog):
    monkeypatch.setattr(newcomers, "MOST", 3)
    monkeypatch.setattr(waiting_protocol, "HESITATES_SECONDS", 0.5)
    async with served(say_yes, timeout_keep_alive=0.2) as site:
        clients = []
        for _ in range(8):
            # One after the other: on a busy machine those who wait for their turn would hesitate.
            clients.append(client := await site.connect())
            client.say(HEAD + b"\r\n")
            await client.head()
        with caplog.at_level(logging.WARNING, logger="stoppress"):
            assert [await client.rest() for client in clients] == [b""] * 8
        assert not caplog.records
        await until(lambda: not site.state.connections)


@pytest.mark.usefixtures("hasty")
async def test_an_answer_and_a_websocket_have_no_time_limit():
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


async def test_a_handshake_leaves_no_garbage_for_the_collector():
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


async def test_the_state_of_a_new_connection_equals_uvicorns():
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
async def test_one_address_holds_a_bounded_number_of_connections_without_a_request(
    monkeypatch, caplog
):
    monkeypatch.setattr(newcomers, "MOST", 3)
    monkeypatch.setattr(NEWCOMERS, "_quiet_until", 0.0)  # what other tests left
    monkeypatch.setattr(waiting_protocol, "HEAD_SECONDS", 60.0)
    async with served(say_yes) as site:
        with caplog.at_level(logging.WARNING, logger="stoppress"):
            clients = [await site.connect() for _ in range(8)]
            await until(lambda: sum(client.cut() for client in clients) == 5)
        assert len([r for r in caplog.records if "without a complete request" in r.message]) == 1
        for client in clients:
            client.say(HEAD + b"\r\n")
        await until(lambda: not NEWCOMERS._held)
        last = await site.connect()
        last.say(HEAD + b"\r\n")
        assert (await last.head()).startswith(b"HTTP/1.1 204 ")


async def test_the_end_of_a_reader_with_a_pipelined_request_is_noticed():
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


async def test_bytes_sent_after_an_endless_response_began_are_bounded():
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
async def test_a_connection_of_a_stream_is_given_up_sooner_than_that_of_a_page():
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


async def test_an_upgrade_behind_a_request_waits_for_its_answer():
    may_go_on = asyncio.Event()

    async def slow(scope, receive, send):
        if scope["type"] == "http":
            await may_go_on.wait()
        await say_yes(scope, receive, send)

    async with served(slow) as site:
        client = await site.connect()
        client.say(HEAD + b"\r\n" + UPGRADE + b"\r\n")
        await until(lambda: site.state.tasks)
        may_go_on.set()
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")
        assert (await client.head()).startswith(b"HTTP/1.1 101 ")


@pytest.mark.slow("it sends 40,000 requests")
async def test_of_pipelined_requests_one_is_parsed_and_the_rest_waits_unread():
    may_go_on = asyncio.Event()

    async def slow(scope, receive, send):
        await may_go_on.wait()
        await say_yes(scope, receive, send)

    async with served(slow) as site:
        client = await site.connect()
        client.say((HEAD + b"\r\n") * 40_000)
        await until(lambda: site.state.tasks)
        [connection] = site.state.connections
        await until(lambda: connection.flow.read_paused)
        assert len(site.state.tasks) == 1
        assert 0 < connection._unparsed.left <= 256 * 1024
        may_go_on.set()
        for _ in range(40_000):
            assert (await client.head()).startswith(b"HTTP/1.1 204 ")
        client.say(HEAD + b"\r\n")
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")


async def test_other_clients_are_served_while_one_sends_many_requests():
    async with served(say_yes) as site:
        crowd = [await site.connect(limit=2**24) for _ in range(20)]
        for client in crowd:
            client.say((HEAD + b"\r\n") * 2000)
        polite = await site.connect()
        for _ in range(20):
            before = site.state.total_requests
            polite.say(HEAD + b"\r\n")
            await polite.head()
            assert site.state.total_requests - before < 200


async def refuse_early(scope, receive, send):
    """Answer without reading the body."""
    headers = [(b"content-length", b"7"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"refused"})


@asynccontextmanager
async def reading_slowly(application, request):
    """Connect with small buffers on both sides, and send a request."""
    async with served(application) as site:
        with socket.socket() as mine:
            mine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            mine.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(mine, site.address)
            await until(lambda: site.state.connections)
            [connection] = site.state.connections
            line = connection.transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            await loop.sock_sendall(mine, request)
            yield mine, site


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
@pytest.mark.parametrize("pieces", [1, 10])
@pytest.mark.slow("its client takes its time")
async def test_the_last_answer_of_a_connection_reaches_a_client_that_takes_it_slowly(
    monkeypatch, version, pieces
):
    monkeypatch.setattr(lingering, "QUIET_SECONDS", 0.3)
    monkeypatch.setattr(lingering, "LINGER_SECONDS", 0.3)
    size = 300_000

    async def answer(scope, receive, send):
        headers = [(b"content-length", b"%d" % size)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for left in reversed(range(pieces)):
            body = b"x" * (size // pieces)
            await send({"type": "http.response.body", "body": body, "more_body": left > 0})

    request = HEAD.replace(b"1.1", version) + b"Connection: close\r\n\r\n"
    async with reading_slowly(answer, request) as (mine, site):
        got = b""
        while piece := await asyncio.get_running_loop().sock_recv(mine, 10_000):
            got += piece
            if len(got) < 200_000:
                await asyncio.sleep(0.03)  # in all longer than it may linger
        assert len(got.partition(b"\r\n\r\n")[2]) == size
        await until(lambda: not site.state.connections and not NEWCOMERS._held)


@pytest.mark.parametrize("lines", [b"", b"Upgrade: h2c\r\nConnection: Upgrade\r\n"])
async def test_few_small_chunks_are_parsed_in_a_turn(monkeypatch, lines):
    calls = Counter()
    turn, parts = 0, 100_000

    def count(protocol, body, take=HttpProtocol.on_body):
        calls[turn] += 1
        take(protocol, body)

    async def read(scope, receive, send):
        while (await receive())["more_body"]:
            pass
        await say_yes(scope, receive, send)

    monkeypatch.setattr(HttpProtocol, "on_body", count)  # calls the real one
    async with served(read) as site:
        client = await site.connect()
        client.say(b"POST" + HEAD[3:] + lines + b"Transfer-Encoding: chunked\r\n\r\n")
        client.say(b"1\r\na\r\n" * parts + b"0\r\n\r\n")
        answered = asyncio.ensure_future(client.head())
        while not answered.done():
            turn += 1
            await asyncio.sleep(0)  # one turn of the loop
        assert answered.result().startswith(b"HTTP/1.1 204 ")
    assert calls.total() == parts and max(calls.values()) < 3_000


async def test_a_client_that_sends_its_whole_body_first_can_read_why_it_was_refused():
    size = 20_000_000
    async with served(refuse_early) as site:
        client = await site.connect()
        client.say(b"POST" + HEAD[3:] + b"Content-Length: %d\r\n\r\n" % size)
        for _ in range(size // 100_000):
            client.say(b"x" * 100_000)
            await client.writer.drain()
        assert (await client.rest()).endswith(b"\r\n\r\nrefused")
        client.writer.close()
        await until(lambda: not site.state.connections)


@pytest.mark.usefixtures("hasty")
async def test_a_client_that_sends_without_end_is_disconnected(monkeypatch):
    monkeypatch.setattr(lingering, "LINGER_SECONDS", 0.3)
    async with served(refuse_early) as site:
        client = await site.connect()
        client.say(b"POST" + HEAD[3:] + b"Content-Length: 999999999\r\n\r\n")
        await client.head()
        with pytest.raises(ConnectionError):
            async with asyncio.timeout(10):
                while True:
                    client.say(b"x" * 1000)
                    await client.writer.drain()
                    await asyncio.sleep(0.01)  # it has to be slower than what is given up


async def test_the_rest_of_a_body_that_was_answered_early_is_dropped_up_to_a_bound():
    async def answer(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    start = b"POST" + HEAD[3:] + b"Content-Length: %d\r\n\r\n"
    async with served(answer) as site:
        client = await site.connect()
        client.say(start % 60_000 + b"x" * 30_000)
        await client.head()
        client.say(b"x" * 30_000 + HEAD + b"\r\n")
        await client.head()
        client.say(start % 200_000)
        await client.head()
        client.say(b"x" * 100_000)
        assert await client.rest() == b""


async def test_a_client_that_expects_100_continue_gets_it_when_the_body_is_read():
    expects = b"POST" + HEAD[3:] + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"

    async def read(scope, receive, send):
        assert (await receive())["body"] == b"abc"
        await say_yes(scope, receive, send)

    async with served(read) as site:
        client = await site.connect()
        client.say(expects)
        assert (await client.head()).startswith(b"HTTP/1.1 100 ")
        client.say(b"abc")
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")
        client.say(HEAD.replace(b"1.1", b"1.0") + b"Expect: 100-continue\r\n\r\n")
        await until(lambda: client.reader.at_eof() or client.reader._buffer)


@pytest.mark.parametrize(
    ("rest", "status", "seconds"), [(b"2", b"503", 0.3), (b"23456789", b"204", 30)]
)
@pytest.mark.slow("it waits for a server to leave")
async def test_a_body_that_arrives_during_the_shutdown_is_answered_or_refused(
    monkeypatch, rest, status, seconds
):
    monkeypatch.setattr(http_protocol, "LAST_BODY_SECONDS", seconds)
    left = []

    async def read(scope, receive, send):
        while (message := await receive()).get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            left.append(message)
        else:
            await say_yes(scope, receive, send)

    async with served(read) as site:
        client = await site.connect()
        client.say(b"POST" + HEAD[3:] + b"Content-Length: 9\r\n\r\n1")
        await until(lambda: site.state.tasks)
        [connection] = site.state.connections
        connection.shutdown()
        client.say(rest)
        assert (await client.rest()).startswith(b"HTTP/1.1 " + status)
        await until(lambda: len(left) == (status == b"503"))


async def test_a_head_that_cannot_be_read_is_answered_without_a_body_where_it_asks_for_none():
    async with served(say_yes) as site:
        client = await site.connect()
        client.say(b"HEAD" + HEAD[3:] + b"a b: c\r\n\r\n")
        told = await client.rest()
        assert told.startswith(b"HTTP/1.1 400 ") and told.endswith(b"\r\n\r\n")


async def test_a_client_without_100_continue_gets_no_interim_answer():
    expects = b"POST" + HEAD[3:] + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n"

    async def answer(scope, receive, send):
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body"})

    async with served(answer) as site:
        client = await site.connect()
        client.say(expects)
        told = await client.rest()
        assert told.startswith(b"HTTP/1.1 401 ") and b" 100 " not in told


@pytest.mark.usefixtures("hasty")
@pytest.mark.slow("its bodies trickle")
async def test_bodies_that_trickle_are_counted_and_end(monkeypatch):
    monkeypatch.setattr(NEWCOMERS, "_quiet_until", 0.0)  # what other tests left
    monkeypatch.setattr(newcomers, "MOST", 3)
    monkeypatch.setattr(body_pace, "START_SECONDS", 1.0)

    async def read(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass

    async with served(read) as site:
        clients = [await site.connect() for _ in range(8)]
        for client in clients:
            client.say(b"POST" + HEAD[3:] + b"Content-Length: 99999\r\n\r\n")

        async def trickle(client):
            while not client.reader.exception() and not client.reader._eof:
                client.say(b"x")
                await asyncio.sleep(0.02)  # sooner than any pause ends a body

        async with asyncio.timeout(10):
            await asyncio.gather(*map(trickle, clients))
        told = [await client.rest() for client in clients]
        assert sum(words.startswith(b"HTTP/1.1 408 ") for words in told) == 3
        assert told.count(b"") == 5


async def test_an_application_that_is_slow_to_read_does_not_make_its_client_late(monkeypatch):
    monkeypatch.setattr(waiting_protocol, "HESITATES_SECONDS", 0.05)
    monkeypatch.setattr(body_pace, "START_SECONDS", 0.5)
    monkeypatch.setattr(body_pace, "PAUSE_SECONDS", 0.5)
    may_read = asyncio.Event()

    async def read(scope, receive, send):
        await may_read.wait()
        got = b""
        while len(got) < 300_000:
            got += (await receive())["body"]
        await say_yes(scope, receive, send)

    async with served(read) as site:
        client = await site.connect()
        client.say(b"POST" + HEAD[3:] + b"Content-Length: 300000\r\n\r\n" + b"x" * 299_999)
        await asyncio.sleep(1.5)  # it shows that nothing ends the request meanwhile
        may_read.set()
        client.say(b"x")
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")


@pytest.mark.parametrize("lines", [b"", b"Upgrade: h2c\r\nConnection: Upgrade\r\n"])
async def test_only_a_part_of_a_body_that_the_application_does_not_take_is_read(lines):
    may_read, size = asyncio.Event(), 5_000_000

    async def read(scope, receive, send):
        await may_read.wait()
        got = 0
        while got < size:
            got += len((await receive())["body"])
        await say_yes(scope, receive, send)

    async with served(read) as site:
        client = await site.connect()
        client.say(b"POST" + HEAD[3:] + lines + b"Content-Length: %d\r\n\r\n" % size)
        client.say(b"x" * size)
        await until(lambda: site.state.tasks)
        [connection] = site.state.connections
        await until(lambda: connection.flow.read_paused)
        for _ in range(20):
            await asyncio.sleep(0.005)  # in which more would come
        assert connection.flow.read_paused
        assert len(connection.cycle.body) + connection._unparsed.left < 600_000
        may_read.set()
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")


@pytest.mark.usefixtures("hasty")
async def test_the_beginning_of_a_request_behind_another_is_waited_for_no_longer():
    async with served(say_yes, timeout_keep_alive=1) as site:
        client = await site.connect()
        client.say(HEAD + b"\r\n" + HEAD)
        assert (await client.head()).startswith(b"HTTP/1.1 204 ")
        assert await client.rest() == b""


async def test_a_connection_that_is_lost_in_the_midst_of_a_body_leaves_no_place_taken():
    async def read(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass

    async with served(read) as site:
        client = await site.connect()
        client.say(b"POST" + HEAD[3:] + b"Transfer-Encoding: chunked\r\n\r\n")
        client.say(b"4\r\n\r\n\r\n\r\n" * 20_000)
        await until(lambda: site.state.tasks)
        [connection] = site.state.connections
        client.writer.transport.abort()
        await until(lambda: not site.state.connections)
        await until(lambda: not connection._waits_for_turn)
        assert connection._timer is None and connection not in connection._shared_timer
        assert not connection._counted


async def test_an_application_gets_the_same_scope_as_from_uvicorn():
    told = []

    async def note(scope, receive, send):
        told.append(
            {name: scope[name] for name in scope.keys() - {"client", "server", "extensions"}}
        )
        await say_yes(scope, receive, send)

    request = (
        b"GET /a%20b/%C3%A9?c=%20d HTTP/1.1\r\nHost: here\r\nX-Many: 1\r\nx-many: 2\r\n"
        b"Connection: close\r\n\r\n"
    )
    for made in (HttpProtocol, HttpToolsProtocol):
        async with served(note, http=made, root_path="/under") as site:
            client = await site.connect()
            client.say(request)
            await client.rest()
            client.writer.close()
    assert told[0] == told[1]
