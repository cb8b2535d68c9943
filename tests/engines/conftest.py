"""The engines, each one browser for all tests, and a server that keeps a log."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.client.scripted import running
from tests.services import programs

from .chromium import Chromium
from .engine import Engine
from .firefox import Firefox
from .watched import Watched
from .webkit import WebKit


def _firefox(folder: Path) -> Engine:
    program = programs.firefox()
    assert program, "Firefox is not on this machine: `make engines` installs it"
    return Firefox(program, folder)


def _webkit(folder: Path) -> Engine:
    driver, browser, screen = programs.webkit_driver(), programs.webkit(), programs.xvfb()
    assert driver and browser and screen, "WebKitGTK is not here: `make engines` installs it"
    return WebKit(driver, browser, screen, folder)


ENGINES: dict[str, Callable[[Path], Engine]] = {
    "chromium": lambda folder: Chromium(),
    "firefox": _firefox,
    "webkit": _webkit,
}


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A browser of one of the engines."""
    with tempfile.TemporaryDirectory() as folder:
        started = ENGINES[request.param](Path(folder))
        try:
            yield started
        finally:
            started.end()


@pytest.fixture
def wire(engine: Engine) -> Iterator[Watched]:
    """A server, whose page must end without a violation of its policy and without an error."""
    with running(Watched()) as server:
        yield server
        assert engine.ask("window.faults") == []
