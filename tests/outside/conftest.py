from collections.abc import Iterator

import pytest

from tests.services import web as web_server


@pytest.fixture
def web() -> Iterator[web_server.Web]:
    """A web server on loopback; `serve`, `redirect` or `handle` give it pages."""
    with web_server.running() as running:
        yield running
