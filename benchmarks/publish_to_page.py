"""Measure the time from an editor's act to the open page of a real browser.

Stories are published in three ways, in turns: by another process on the same database, by the API
and in the admin. All other readers get them too.

Between them, a bare WebSocket server sends a frame of the same size to a page that only shows it.
That time is the floor: the cost of loopback and the browser alone.
"""

import asyncio
import json
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, Page
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from stoppress.drill.free_port import free_port
from tests.services.browser import launched
from tests.services.serve import Server

from .servers.base import CannotRun, on_cpus
from .spoken import Spoken
from .stage import OURS, Setting, Stage, each, staged

PAUSE = 0.25
"""Seconds between two stories."""
PASSWORD = "a password of the benchmark"

# Records when each headline appeared on the page, in seconds since the epoch, as Python's clock.
WATCH = """() => {
  window.shown = {}
  new MutationObserver(changes => {
    for (const change of changes) for (const node of change.addedNodes) {
      const now = performance.timeOrigin + performance.now()
      for (const key of node.textContent?.match(/story-[a-z]+-[0-9]+/g) ?? []) {
        window.shown[key] ??= now / 1000
      }
    }
  }).observe(document.body, { childList: true, subtree: true })
}"""


class Floor:
    """A server that only sends, and a page that only shows."""

    def __init__(self) -> None:
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._readers: set[ServerConnection] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._serve(),), daemon=True
        )
        self._thread.start()
        self._ready.wait()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        async with serve(
            self._keep, "127.0.0.1", self.port, compression=None, process_request=_page
        ):
            self._ready.set()
            await self._stop.wait()

    async def _keep(self, reader: ServerConnection) -> None:
        self._readers.add(reader)
        await reader.wait_closed()

    def open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{self.port}/page")
        page.evaluate(
            """port => new Promise(open => {
              const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
              socket.onopen = open
              socket.onmessage = message => {
                const shown = document.createElement('p')
                shown.textContent = JSON.parse(message.data).headline
                document.body.prepend(shown)
              }
            })""",
            self.port,
        )
        return page

    def send(self, headline: str) -> float:
        begun = time.time()
        data = json.dumps({"headline": headline, "body": "x" * 600})
        asyncio.run_coroutine_threadsafe(self._send(data), self._loop).result(10)
        return begun

    async def _send(self, data: str) -> None:
        for reader in self._readers:
            await reader.send(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()


def _page(connection: ServerConnection, request: Request) -> Response | None:
    """Answer `/page` with an empty page of the same origin; pass other requests to WebSocket."""
    return connection.respond(HTTPStatus.OK, "") if request.path == "/page" else None


def run(setting: Setting) -> dict[str, Any]:
    """Measure one round: the time to the page for each way to publish, with all readers there."""
    return each(setting, OURS, lambda name: _one(setting, name))


def _one(setting: Setting, name: str) -> dict[str, Any]:
    with staged(setting, name) as stage, on_cpus(setting.cpus[1]), Floor() as floor:
        stage.load.be_nice()
        with launched() as browser:
            if browser is None:
                raise CannotRun("publish_to_page needs Chromium: `make services`")
            return _measure(stage, floor, browser)


def _measure(stage: Stage, floor: Floor, browser: Browser) -> dict[str, Any]:
    turns, readers = stage.setting.some(30, 5), stage.setting.readers
    # The browser's page connects last, since readers are written to in the order of connecting.
    stage.load.open(stage.served, readers)
    server = stage.served.server
    context = browser.new_context()
    page, bare = context.new_page(), floor.open(context)
    page.goto(server.url)
    page.wait_for_selector('live-feed[data-state="live"]')
    for watched in (page, bare):
        watched.evaluate(WATCH)
    with _process(server) as process:
        publish = {"process": process, "api": _api(server), "admin": _admin(server, browser)}
        times: dict[str, list[float]] = {"floor": [], **{name: [] for name in publish}}
        # The first turn is not counted, since code is loaded in it.
        for turn in range(turns + 1):
            begun = floor.send(f"story-floor-{turn}")
            times["floor"].append(shown_at(bare, f"story-floor-{turn}") - begun)
            for name, act in publish.items():
                begun = act(f"story-{name}-{turn}")
                times[name].append(shown_at(page, f"story-{name}-{turn}") - begun)
                # Let the other readers get the story before the next one.
                time.sleep(PAUSE)
    return {
        "readers": readers,
        **{f"{name}_ms": milliseconds(found) for name, found in times.items()},
    }


def milliseconds(seconds: list[float]) -> list[float]:
    """Return some times without the first one."""
    return [round(one * 1000, 2) for one in seconds[1:]]


def shown_at(page: Page, key: str) -> float:
    """Wait until a page shows a headline; return when it did, in seconds since the epoch."""
    handle = page.wait_for_function("key => window.shown[key]", arg=key, timeout=30_000)
    return float(handle.json_value())


@contextmanager
def _process(server: Server) -> Iterator[Callable[[str], float]]:
    writer = Spoken([sys.executable, "-m", "benchmarks.writer"], server.log, env=server.env)

    def act(headline: str) -> float:
        writer.say(headline)
        return float(writer.hear_line(30.0))

    try:
        yield act
    finally:
        writer.end()


def _api(server: Server) -> Callable[[str], float]:
    token = server.run("token", "benchmark").splitlines()[-1]

    def act(headline: str) -> float:
        request = urllib.request.Request(
            f"{server.url}/api/articles",
            json.dumps({"headline": headline, "body": "Words. " * 60}).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        begun = time.time()
        urllib.request.urlopen(request, timeout=30).close()
        return begun

    return act


def _admin(server: Server, browser: Browser) -> Callable[[str], float]:
    code = f"User.objects.create_superuser('editor', password={PASSWORD!r})"
    server.manage("shell", "-c", f"from django.contrib.auth.models import User; {code}")
    desk = browser.new_context().new_page()
    desk.goto(f"{server.url}/admin/login/?next=/admin/newsroom/article/add/")
    desk.fill("[name=username]", "editor")
    desk.fill("[name=password]", PASSWORD)
    desk.click("[type=submit]")

    def act(headline: str) -> float:
        desk.goto(f"{server.url}/admin/newsroom/article/add/")
        desk.fill("[name=headline]", headline)
        desk.fill("[name=body]", "Words. " * 60)
        # Start the clock at the click, without the time that Playwright takes to reach the button.
        button = desk.locator("[name=_publish]").last
        begun = float(button.evaluate("b => { const now = Date.now(); b.click(); return now }"))
        return begun / 1000

    return act
