import asyncio

from stoppress.live.protocol.refusals import restarting, too_slow
from stoppress.live.transports import asgi_sink
from stoppress.live.transports.asgi_sink import AsgiSink
from stoppress.live.transports.websocket import WebSocketFraming
from tests.live.asking import until


class Server:
    """An ASGI `send` that can be made to wait, as for a client that has stopped reading."""

    def __init__(self):
        self.sent, self.gate, self.broken = [], None, False
        self.filled, self.drained, self.gone = 0, 0, 0
        self.sink = AsgiSink(
            self.send, WebSocketFraming(), self.count_filled, self.count_drained, self.count_gone
        )

    async def send(self, message):
        if self.broken:
            raise OSError("gone")
        if self.gate is not None:
            await self.gate.wait()
            await asyncio.sleep(0)  # a server may need a turn more
        self.sent.append(message)

    def count_filled(self):
        self.filled += 1

    def count_drained(self):
        self.drained += 1

    def count_gone(self):
        self.gone += 1


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)  # one turn of the loop


async def test_a_send_that_need_not_wait_makes_no_task():
    server = Server()
    before = asyncio.all_tasks()
    server.sink.write(["ü".encode()])
    assert server.sent == [{"type": "websocket.send", "text": "ü"}]
    assert server.sink.pending() == 0 and asyncio.all_tasks() == before
    assert not server.filled


async def test_a_send_that_waits_is_pending_until_it_is_through():
    server = Server()
    server.gate = asyncio.Event()
    server.sink.write([b"abc"])
    assert server.sink.pending() == 3 and server.sent == []
    assert (server.filled, server.drained) == (1, 0)
    server.gate.set()
    await settle()
    assert server.sent == [{"type": "websocket.send", "text": "abc"}]
    assert (server.sink.pending(), server.filled, server.drained) == (0, 1, 1)


async def test_a_send_that_fails_at_once_is_reported():
    server = Server()
    server.broken = True
    server.sink.write([b"abc"])
    assert (server.gone, server.sink.pending()) == (1, 0)


async def test_a_send_that_fails_after_a_wait_is_reported():
    server = Server()
    server.gate = asyncio.Event()

    async def wait_and_fail(message):
        await server.gate.wait()
        raise OSError("gone")

    sink = AsgiSink(
        wait_and_fail,
        WebSocketFraming(),
        server.count_filled,
        server.count_drained,
        server.count_gone,
    )
    sink.write([b"abc"])
    server.gate.set()
    await settle()
    assert (server.gone, server.drained, sink.pending()) == (1, 0, 0)


async def test_closing_waits_for_the_frame_under_way_and_is_then_sent():
    server = Server()
    server.gate = asyncio.Event()
    server.sink.write([b"abc"])
    server.sink.close(restarting(7))  # in the same turn of the loop
    server.gate.set()
    await until(lambda: len(server.sent) == 2)
    assert [message["type"] for message in server.sent] == ["websocket.send", "websocket.close"]
    assert (server.sink.pending(), server.drained) == (0, 0)


async def test_closing_does_not_wait_long_for_a_frame_that_is_not_taken(monkeypatch):
    monkeypatch.setattr(asgi_sink, "LAST_FRAME_SECONDS", 0.01)
    server = Server()
    server.gate = asyncio.Event()
    server.sink.write([b"abc"])
    await settle()
    gate, server.gate = server.gate, None
    server.sink.close(too_slow())
    await until(lambda: server.sent)
    assert server.sent == [{"type": "websocket.close", "code": 4002, "reason": "too slow"}]
    gate.set()
    await settle()
    assert (server.drained, server.gone) == (0, 1)


async def test_closing_an_idle_connection_sends_the_close():
    server = Server()
    server.sink.close(restarting(7))
    assert server.sent[0]["code"] == 1012
    assert server.gone == 1


async def test_a_send_that_fails_before_it_waits_is_a_reader_that_is_gone():
    gone = []

    def send(message):
        raise ConnectionResetError("it is gone")

    sink = AsgiSink(send, WebSocketFraming(), bool, bool, lambda: gone.append(True))
    sink.write([b"abc"])
    assert gone and not sink.pending()
    sink.close(too_slow())
