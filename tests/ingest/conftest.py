from collections.abc import Iterator

import pytest
from pytest_django import Settings

from stoppress.ingest import sandbox
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


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes too long is ended by its CPU time alone, which no other load uses up."""
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 120)  # a busy machine gives little CPU in 20 s
