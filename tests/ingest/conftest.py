import pytest
from pytest_django import Settings

from stoppress.ingest import sandbox


@pytest.fixture
def own_network(settings: Settings) -> None:
    """Allow feeds from this machine."""
    settings.STOPPRESS_FETCH_PRIVATE = True


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of CPU time only, so that other load on the machine ends no parser."""
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 120)  # a busy machine gives little CPU in 20 s
