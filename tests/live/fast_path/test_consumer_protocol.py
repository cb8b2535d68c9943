"""What is the consumer's protocol alone; the rest is in `test_connections`."""

from stoppress.live.fast_path import line
from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from tests.site.raw import UPGRADE, served, until

MUCH = "x" * 2**24


async def test_the_end_of_the_application_is_that_of_the_connection(monkeypatch):
    monkeypatch.setattr(line, "CLOSE_SECONDS", 0.1)

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
