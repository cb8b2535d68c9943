"""What every test can ask for: real servers, a real browser, and `stoppress serve`."""

import asyncio
import gc
import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.utils import timezone
from hypothesis import settings
from playwright.sync_api import Browser

from stoppress.live.clock import machine_clock
from tests.services import backend, browser
from tests.services import postgres as postgres_service
from tests.services import redis as redis_service
from tests.services.command import COMMAND, inherited
from tests.services.flush import keeping_permissions
from tests.services.serve import Server
from tests.services.web import Web
from tests.services.web import running as running_web

# Real feeds are no part of the project: `make corpora` reads them where they lie.
collect_ignore = [] if "STOPPRESS_CORPORA" in os.environ else ["corpora"]
# Two more browsers than `make test` needs: `make engines` installs and drives them.
if "STOPPRESS_ENGINES" not in os.environ:
    collect_ignore.append("engines")
# Minutes on a real server: `make long` runs them.
collect_ignore += [] if "STOPPRESS_VERBS" in os.environ else ["live_story"]

# How long an example takes depends on what else the machine does.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")

Serve = Callable[..., Server]
SERVERS = pytest.StashKey[list[Server]]()


def pytest_configure() -> None:
    """Hear of Ctrl-C: what a shell starts in the background is deaf to it, with all children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a test once more if its browser crashed."""
    for item in items:
        if not {"chromium", "caching"}.intersection(getattr(item, "fixturenames", ())):
            continue
        crashed = partial(browser.has_crashed, item)
        item.add_marker(pytest.mark.flaky(reruns=1, condition=crashed))


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking through thousands of tests again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Let go of every connection at the end: PostgreSQL drops no database in use."""
    with keeping_permissions():
        yield
    # Async tests reach the ORM in a thread that asgiref keeps, with its connection.
    asyncio.run(sync_to_async(connections.close_all)())


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[postgres_service.Postgres]:
    """A PostgreSQL server; `new_database()` gives an empty database's address."""
    running = request.config.stash.get(backend.SERVER, None)
    if running:
        yield running
        return
    server = postgres_service.start()
    if server is None:
        pytest.skip(postgres_service.MISSING)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _redis_server() -> Iterator[redis_service.Redis | None]:
    server = redis_service.start()
    yield server
    if server:
        server.stop()


@pytest.fixture
def redis(_redis_server: redis_service.Redis | None) -> redis_service.Redis:
    """A Redis server with nothing in it."""
    if _redis_server is None:
        pytest.skip(redis_service.MISSING)
    _redis_server.flush()
    return _redis_server


@pytest.fixture(scope="module")
def running_chromium() -> Iterator[Callable[[], Browser]]:
    """A headless Chromium, for Playwright's sync API: a function that returns it.

    Of a module, not of the session: while it runs there is an event loop in this
    thread, so async tests and the ORM of the test process belong elsewhere.
    """
    with browser.launching() as running:
        if running is None:
            pytest.skip(browser.MISSING)
        yield running


@pytest.fixture
def chromium(
    request: pytest.FixtureRequest, running_chromium: Callable[[], Browser]
) -> Iterator[Browser]:
    """A headless Chromium; a new one if the last one crashed."""
    with browser.watched(request.node, running_chromium()) as running:
        yield running


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server on loopback; `serve`, `redirect` or `handle` give it pages."""
    with running_web() as running:
        yield running


@pytest.fixture
def serve(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Serve]:
    """Start `stoppress serve`: `serve("--workers", "2", env={"STOPPRESS_HEARTBEAT": "1"})`.

    Every call is an installation of its own, unless `data` names one that is there.
    With `--backend postgres` each has a database of its own. It is migrated already, unless the
    call says `empty=True`.
    """
    servers: list[Server] = []
    ending = ExitStack()

    def start(
        *options: str,
        env: dict[str, str] | None = None,
        data: Path | None = None,
        empty: bool = False,
    ) -> Server:
        settings = dict(env or {})
        if request.config.getoption("backend") == "postgres" and "DATABASE_URL" not in settings:
            postgres = request.config.stash[backend.SERVER]
            made = postgres.new_database() if empty else postgres.migrated_database()
            settings["DATABASE_URL"] = made
        directory = data or tmp_path / f"data{len(servers) + 1}"
        server = Server(directory, settings, options, empty)
        servers.append(server)
        ending.callback(server.end)
        return server

    request.node.stash[SERVERS] = servers
    with ending:
        yield start


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what a failed test's servers said."""
    report = yield
    if report.failed:
        for server in item.stash.get(SERVERS, []):
            report.sections.append((f"stoppress serve on {server.url}", server.process.tail()))
    return report


@pytest.fixture
def fast_machine(monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """Set the clock of this process ahead, by ten minutes; that of PostgreSQL stays right."""
    ahead, now, seconds = timedelta(minutes=10), timezone.now, time.time
    for name, value in (("ahead", 0.0), ("compared", False), ("_logged", False)):
        monkeypatch.setattr(machine_clock, name, value)  # to be as before in the next test
    monkeypatch.setattr(timezone, "now", lambda: now() + ahead)  # a clock cannot be set in tests
    monkeypatch.setattr(time, "time", lambda: seconds() + ahead.total_seconds())  # the same
    return ahead


@pytest.fixture
def stoppress(tmp_path):
    """Run the `stoppress` command as its user types it, on a data directory of its own."""
    env = inherited()
    env["STOPPRESS_DATA"] = str(tmp_path / "data")

    def run(*words, unset=(), **more):
        given = {name: value for name, value in (env | more).items() if name not in unset}
        return subprocess.run(
            [COMMAND, *words], env=given, cwd=tmp_path, capture_output=True, text=True, timeout=150
        )

    return run
