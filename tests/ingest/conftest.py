from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.services import web as web_server


@pytest.fixture
def web() -> Iterator[web_server.Web]:
    """A web server on loopback; `serve`, `redirect` or `handle` give it pages."""
    with web_server.running() as running:
        yield running


@pytest.fixture
def own_network(settings: Settings) -> None:
    """Allow feeds from this machine."""
    settings.STOPPRESS_FETCH_PRIVATE = True
