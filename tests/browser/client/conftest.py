"""A page for each test, and the server that it reads from."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from .reading import Reader
from .scripted import ScriptedServer, scripted_server


@pytest.fixture(scope="module")
def _server() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


@pytest.fixture
def reader(chromium: Browser, _server: ScriptedServer) -> Iterator[Reader]:
    """A page that must end without one violation of its policy and without an error."""
    _server.reset()
    context = chromium.new_context(viewport={"width": 800, "height": 600}, timezone_id="Asia/Tokyo")
    context.set_default_timeout(10_000)
    page = context.new_page()
    reading = Reader(page, _server)
    yield reading
    context.close()
    assert reading.errors == []
