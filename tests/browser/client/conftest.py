"""A page for each test, and the server that it reads from."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from .newswire import Newswire
from .reading import Reader
from .scripted import ScriptedServer, Served, running


@pytest.fixture(scope="module")
def _server() -> Iterator[ScriptedServer]:
    with running(ScriptedServer()) as server:
        yield server


@pytest.fixture
def reader(chromium: Browser, _server: ScriptedServer) -> Iterator[Reader]:
    """A page that must end without one violation of its policy and without an error."""
    with _opened(chromium, _server) as reading:
        yield reading


@pytest.fixture
def wire() -> Iterator[Newswire]:
    """A server that keeps a log and gives it out by all three transports."""
    with running(Newswire()) as server:
        yield server


@pytest.fixture
def wired(chromium: Browser, wire: Newswire) -> Iterator[Reader]:
    """A page as `reader`, which reads from `wire`."""
    with _opened(chromium, wire) as reading:
        yield reading


@contextmanager
def _opened(chromium: Browser, server: Served) -> Iterator[Reader]:
    server.reset()
    context = chromium.new_context(viewport={"width": 800, "height": 600}, timezone_id="Asia/Tokyo")
    context.set_default_timeout(30_000)
    page = context.new_page()
    reading = Reader(page, server)
    yield reading
    context.close()
    assert reading.errors == []
