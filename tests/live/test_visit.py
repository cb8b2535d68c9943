import threading

import pytest

from stoppress import live
from stoppress.live import registry, visit
from stoppress.live.hub import stop_hub

from .asking import Request


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
