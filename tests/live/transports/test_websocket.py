import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User
from django.test import Client

from stoppress import live
from stoppress.live.delivery.sink import DIRECT
from stoppress.live.hub.hub import running_hub
from stoppress.live.protocol.refusals import too_slow
from stoppress.live.publishing import registry
from stoppress.live.transports import asgi_sink
from tests.live.asking import until
from tests.live.reader import say


class Socket:
    """A reader's WebSocket; where it is `direct`, by a server that writes to readers itself."""

    direct = False

    def __init__(self, site, query, headers=(), subprotocols=("stoppress.v1",), path="/live/ws"):
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": query.encode(),
            "headers": list(headers),
            "subprotocols": list(subprotocols),
        }
        if self.direct:
            scope["extensions"] = {DIRECT: self._take}
        self.reader = None
        self.application = ApplicationCommunicator(site, scope)

    def _take(self, reader, subprotocol):
        self.reader = reader
        told = self.application.output_queue
        told.put_nowait({"type": "websocket.accept", "subprotocol": subprotocol})
        return Straight(told)

    async def open(self):
        await self.application.send_input({"type": "websocket.connect"})
        message = await self.application.receive_output(10)
        return message["type"] == "websocket.accept", message.get("subprotocol")

    async def say(self, text=None, **other):
        if self.reader is not None:
            self.reader.message_received(text)
        else:
            message = {"text": text} if text is not None else other
            await self.application.send_input({"type": "websocket.receive", **message})

    async def frame(self):
        return json.loads((await self.application.receive_output(10))["text"])

    async def closed(self):
        message = await self.application.receive_output(10)
        assert message["type"] == "websocket.close"
        await self.leave()
        return message["code"], message["reason"]

    async def leave(self):
        if self.reader is not None:
            self.reader.disconnected(1000)
        else:
            await self.application.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.application.wait(10)


class Straight:
    """A sink that is no application's `send`."""

    batch_bytes = 2**16
    wire = None

    def __init__(self, told):
        self.told = told

    def write(self, frames):
        for data in frames:
            self.told.put_nowait({"type": "websocket.send", "text": data.decode()})

    def pending(self):
        return 0

    def close(self, refusal):
        message = {"type": "websocket.close", "code": refusal.code, "reason": refusal.reason}
        self.told.put_nowait(message)


@pytest.fixture(autouse=True, params=[False, True], ids=["consumer", "direct"])
def path(request, monkeypatch):
    monkeypatch.setattr(Socket, "direct", request.param)  # the test's own client


async def test_a_reader_gets_published_events(site):
    socket = Socket(site, "stream=board&stream=other:x")
    assert await socket.open() == (True, "stoppress.v1")
    frames = [await socket.frame() for _ in range(5)]
    assert frames[0]["type"] == "hello"
    for stream in ("board", "other:x"):
        kinds = [frame["type"] for frame in frames if frame.get("stream") == stream]
        assert kinds == ["snapshot", "live"]
    await say("a")
    assert (await socket.frame())["key"] == "a"
    await socket.leave()


async def test_hello_has_the_heartbeat_interval_and_the_servers_time(site):
    socket = Socket(site, "stream=board")
    await socket.open()
    hello = await socket.frame()
    assert (hello["protocol"], hello["heartbeat"]) == ("stoppress.v1", 25.0)
    assert hello["time"].endswith("Z")
    await socket.leave()


async def test_a_client_without_a_subprotocol_is_served_the_same(site):
    socket = Socket(site, "stream=board", subprotocols=())
    assert await socket.open() == (True, None)
    assert (await socket.frame())["type"] == "hello"
    await socket.leave()


@pytest.mark.parametrize(
    ("query", "subprotocols", "code"),
    [
        ("stream=nowhere", ["stoppress.v1"], 4404),
        ("stream=other:none", ["stoppress.v1"], 4404),
        ("stream=board&stream=nowhere", ["stoppress.v1"], 4404),
        ("stream=No+Name", ["stoppress.v1"], 4400),
        ("", ["stoppress.v1"], 4400),
        ("stream=board", ["stoppress.v9"], 4409),
        ("stream=secret", ["stoppress.v1"], 4401),
    ],
)
async def test_a_refusal_comes_after_the_accept_so_that_a_script_can_see_it(
    site, query, subprotocols, code
):
    socket = Socket(site, query, subprotocols=subprotocols)
    assert (await socket.open())[0]
    assert (await socket.closed())[0] == code


async def test_an_unreadable_cursor_is_answered_with_a_snapshot(site):
    socket = Socket(site, "stream=board@rubbish")
    await socket.open()
    await socket.frame()
    assert (await socket.frame())["reason"] == "unknown"
    await socket.leave()


async def test_a_foreign_origin_is_refused_at_the_handshake(site, caplog):
    with caplog.at_level("INFO", logger="stoppress"):
        socket = Socket(site, "stream=board", headers=[(b"origin", b"https://evil.example")])
        accepted, _ = await socket.open()
    assert not accepted
    assert "evil.example" in caplog.text


async def test_an_origin_that_cannot_be_read_is_a_foreign_one(site):
    socket = Socket(site, "stream=board", headers=[(b"origin", b"http://[")])
    assert not (await socket.open())[0]


@pytest.mark.parametrize("address", ["/", "/live/ws/", "/live/WS", "/live/sse"])
async def test_another_address_is_refused_at_the_handshake(site, address, caplog):
    socket = Socket(site, "stream=board", path=address)
    with caplog.at_level("INFO", logger="stoppress"):
        assert not (await socket.open())[0]
    assert len(caplog.records) == 1 and address in caplog.text


async def test_a_binary_message_ends_the_connection_in_one_line(site, caplog):
    socket = Socket(site, "stream=other:x")
    await socket.open()
    for _ in range(3):
        await socket.frame()
    with caplog.at_level("INFO", logger="stoppress"):
        await socket.say(bytes=b"\0")
        assert (await socket.closed())[0] == 1009
    assert len(caplog.records) == 1


@pytest.mark.parametrize("origin", [b"http://localhost:8000", b"http://127.0.0.1", b"http://[::1]"])
async def test_the_sites_own_pages_are_let_in(site, origin, settings):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    socket = Socket(site, "stream=board", headers=[(b"origin", origin)])
    assert (await socket.open())[0]
    await socket.leave()


@pytest.mark.parametrize(
    ("message", "code"),
    [("not json", 4400), ("[1]", 4400), ("x" * 4097, 1009), ("[" * 4000, 4400)],
)
async def test_a_forbidden_message_ends_the_connection(site, message, code):
    socket = Socket(site, "stream=other:x")
    await socket.open()
    for _ in range(3):
        await socket.frame()
    await socket.say(message)
    assert (await socket.closed())[0] == code


async def test_an_answer_to_a_heartbeat_and_unknown_messages_are_taken(site):
    socket = Socket(site, "stream=board")
    await socket.open()
    assert [(await socket.frame())["type"] for _ in range(3)] == ["hello", "snapshot", "live"]
    for message in ({"type": "applied", "cursors": {}, "delay_ms": 4}, {"type": "else"}):
        await socket.say(json.dumps(message))
    await say("a")
    assert (await socket.frame())["key"] == "a"
    await socket.leave()


async def test_a_private_stream_admits_the_readers_of_its_registration(site, db):
    for is_staff, code in ((True, None), (False, 4403)):
        user = await sync_to_async(User.objects.create_user)(f"u{is_staff}", is_staff=is_staff)
        client = Client()
        await sync_to_async(client.force_login)(user)
        cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
        socket = Socket(site, "stream=secret", headers=[(b"cookie", cookie)])
        await socket.open()
        if code is None:
            assert (await socket.frame())["type"] == "hello"
            await socket.leave()
        else:
            assert (await socket.closed())[0] == code


async def test_a_snapshot_that_fails_closes_that_reader_and_is_logged_once(site, caplog):
    live.stream("broken", public=True)(lambda limit: 1 / 0)
    try:
        socket = Socket(site, "stream=broken")
        await socket.open()
        await socket.frame()
        assert (await socket.closed())[0] == 1011
    finally:
        registry.unregister("broken")
    assert caplog.text.count("database read ") == 1


async def test_a_reader_that_leaves_is_forgotten(site):
    socket = Socket(site, "stream=board")
    await socket.open()
    await socket.frame()
    await socket.leave()
    await until(lambda: not running_hub().connections)


async def test_a_reader_that_does_not_read_the_close_is_dropped(site, monkeypatch):
    monkeypatch.setattr(asgi_sink, "LAST_FRAME_SECONDS", 0.01)
    monkeypatch.setattr(Socket, "direct", False)  # the test's own client
    scope = Socket(site, "stream=board").application.scope
    asked: asyncio.Queue = asyncio.Queue()
    asked.put_nowait({"type": "websocket.connect"})
    taken, nothing_more = [], asyncio.Event()

    async def send(message):
        if len(taken) >= 2:  # the accept and the hello
            await nothing_more.wait()
        taken.append(message)

    serving = asyncio.create_task(site(scope, asked.get, send))
    await until(lambda: len(taken) >= 2 and running_hub().connections)
    [connection] = running_hub().connections
    await until(connection.sink.pending)
    async with asyncio.timeout(10):
        connection.close(too_slow())
        # The return of the application is what ends the connection, on any server.
        await serving
    assert not running_hub().connections


async def test_a_reader_that_the_server_cancels_gets_a_goodbye(site, monkeypatch):
    monkeypatch.setattr(Socket, "direct", False)  # the test's own client
    scope = Socket(site, "stream=board").application.scope
    asked: asyncio.Queue = asyncio.Queue()
    asked.put_nowait({"type": "websocket.connect"})
    sent = []

    async def send(message):
        sent.append(message)

    serving = asyncio.create_task(site(scope, asked.get, send))
    await until(lambda: any('"type":"live"' in message.get("text", "") for message in sent))
    serving.cancel()
    await asyncio.wait({serving}, timeout=10)
    assert serving.cancelled() and not running_hub().connections
    *_, goodbye, close = sent
    assert json.loads(goodbye["text"]) == {"type": "goodbye", "reason": "restart", "within": 0.5}
    assert (close["type"], close["code"]) == ("websocket.close", 1012)
