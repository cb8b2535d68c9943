import threading

import pytest

from stoppress import live
from stoppress.live import registry, visit
from stoppress.live.asks import parse_ask
from stoppress.live.hub import stop_hub
from stoppress.live.visit import Visit
from tests.site.raw import until

from .asking import Request
from .reader import ListSink, say


@pytest.fixture
async def site(transactional_db, board):
    yield live.asgi(None)
    await stop_hub()


async def test_a_stream_that_takes_too_long_to_find_is_refused_on_every_transport(
    site, monkeypatch
):
    monkeypatch.setattr(visit, "PATIENCE", 0.1)
    hold = threading.Event()
    live.stream("lost:<n>", public=True, exists=lambda n: hold.wait(10))(lambda limit, n: [])
    try:
        for path in ("/live/sse", "/live/poll"):
            request = Request(site, path, "stream=lost:1")
            assert await request.start() == 503
            assert "retry-after" in request.headers
    finally:
        hold.set()
        registry.unregister("lost:<n>")


async def test_a_reader_whose_sink_has_enough_is_looked_at_until_it_has_taken_all(site, settings):
    scope = {
        "type": "websocket",
        "path": "/live/ws",
        "query_string": b"stream=board",
        "headers": [],
    }
    reader, sink = Visit(scope, "ws"), ListSink()
    sink.filled = reader.filled
    await reader.enter()
    await reader.join(parse_ask(b"stream=board"), sink)
    stalled = reader.hub.timekeeper._stalled
    sink.stalled = True
    await say("a")
    await until(lambda: reader.connection in stalled)
    sink.take()
    reader.drained()
    assert not stalled
    settings.STOPPRESS_LIVE = {"LAG_SECONDS": 0.05}
    sink.stalled = True
    await say("b")
    await until(lambda: sink.closed)
    assert sink.closed == (4002, "too slow") and not stalled and not reader.hub.connections
