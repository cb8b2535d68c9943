import asyncio

from stoppress.live.delivery.sink import DIRECT
from tests.site.raw import UPGRADE, served, until

from .test_connections import TEXT, Heard
from .test_reader_protocol import Taker


async def test_an_application_gets_the_fields_of_the_request():
    scopes = []

    async def note(scope, receive, send):
        scopes.append(scope)
        scope["extensions"][DIRECT](Heard(), None)

    async with served(note, root_path="/sub") as site:
        reader = await site.connect()
        reader.say(
            UPGRADE.replace(b"GET /", b"GET /a%20b?q=%C3%BC")
            + b"Sec-WebSocket-Protocol: one, two\r\nX-Name: \xfc\r\nOrigin: http://here\r\n\r\n"
        )
        await reader.head()
    [scope] = scopes
    assert (scope["type"], scope["scheme"], scope["http_version"]) == ("websocket", "ws", "1.1")
    assert (scope["path"], scope["raw_path"]) == ("/sub/a b", b"/sub/a%20b")
    assert scope["query_string"] == b"q=%C3%BC"
    assert scope["subprotocols"] == ["one", "two"]
    assert {(b"x-name", b"\xfc"), (b"origin", b"http://here")} < set(scope["headers"])
    assert scope["client"][0] == "127.0.0.1"


async def test_a_reader_that_leaves_before_the_answer_is_reported_as_ended():
    may_go_on, asked = asyncio.Event(), asyncio.Event()
    heard = Heard()

    async def slow(scope, receive, send):
        asked.set()
        await may_go_on.wait()
        sink = scope["extensions"][DIRECT](heard, None)
        sink.write([b"nobody hears it"])

    async with served(slow) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        await asked.wait()
        reader.writer.transport.abort()
        await until(lambda: not site.state.connections)
        may_go_on.set()
        await until(lambda: heard.codes)
        assert heard.codes == [1006]


async def test_a_reader_that_sends_before_the_answer_is_disconnected():
    may_go_on = asyncio.Event()

    async def slow(scope, receive, send):
        await may_go_on.wait()

    async with served(slow) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        await until(lambda: site.state.tasks)
        reader.say(TEXT)
        assert await reader.rest() == b""
        may_go_on.set()


async def test_an_application_that_accepts_no_connection_is_an_error():
    async def forget(scope, receive, send):
        pass

    async with served(forget) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        assert (await reader.rest()).startswith(b"HTTP/1.1 500 ")
        await until(lambda: not site.state.connections)


async def test_an_application_that_fails_is_an_error_and_logged(caplog):
    async def fail(scope, receive, send):
        raise RuntimeError("out of order")

    async with served(fail) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        assert (await reader.rest()).startswith(b"HTTP/1.1 500 ")
    assert "out of order" in caplog.text


async def test_an_application_that_fails_while_it_is_served_as_usual_is_logged_once(caplog):
    async def fail(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        raise RuntimeError("out of order")

    async with served(fail) as site:
        reader = await site.upgrade()
        await reader.rest()
        await until(lambda: not site.state.connections)
    assert caplog.text.count("RuntimeError: out of order") == 1


async def test_a_server_that_stops_during_a_handshake_closes_with_1012():
    never = asyncio.Event()

    async def slow(scope, receive, send):
        await never.wait()

    async with served(slow) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        await until(lambda: site.state.tasks)
        [connection] = site.state.connections
        assert not connection.handshake_complete
        connection.shutdown()
        assert (await reader.rest()).startswith(b"HTTP/1.1 500 ")
        never.set()


async def test_an_accepted_reader_is_counted_until_it_ends():
    taker = Taker()
    async with served(taker) as site:
        reader = await site.upgrade()
        await until(lambda: taker.sink is not None)
        assert site.state.connections == {taker.sink}
        reader.writer.transport.abort()
        await until(lambda: not site.state.connections)
        assert taker.reader.codes == [1006]


async def test_a_reader_that_leaves_before_its_application_receives_is_cleaned_up():
    may_go_on, heard = asyncio.Event(), []

    async def slow(scope, receive, send):
        await may_go_on.wait()
        heard.append(await receive())
        await send({"type": "websocket.accept"})

    async with served(slow) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        await until(lambda: site.state.tasks)
        reader.writer.transport.abort()
        await until(lambda: not site.state.connections)
        may_go_on.set()
        await until(lambda: not site.state.tasks)
        assert heard == [{"type": "websocket.disconnect", "code": 1006}]
        assert not site.state.connections


async def test_a_request_that_uvicorn_refuses_later_is_refused_once(caplog):
    async def deny(scope, receive, send):
        await send({"type": "websocket.close"})

    async with served(deny) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"Cookie: " + b"c" * 9000 + b"\r\n\r\n")
        assert (await reader.rest()).startswith(b"HTTP/1.1 431 ")
        await until(lambda: not site.state.connections and not site.state.tasks)
    assert not caplog.records


async def test_a_server_that_stops_while_accepting_a_reader_closes_with_1012():
    async def take_and_leave(scope, receive, send):
        scope["extensions"][DIRECT](Heard(), None).shutdown()

    async with served(take_and_leave) as site:
        reader = await site.connect()
        reader.say(UPGRADE + b"\r\n")
        told = await reader.rest()
        assert told.startswith(b"HTTP/1.1 101 ")
        assert told.endswith(b"\x88\x02" + (1012).to_bytes(2))
