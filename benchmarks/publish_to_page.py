"""How long from an editor's act to the open page of a real browser?

Stories are published by another process on the same database, by the API and in the admin,
in turns; between them a bare WebSocket server sends its page a frame as large, which does
nothing but show it. That is the floor: what loopback and the browser cost by themselves.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from tests.services.browser import launched
from tests.services.process import free_port
from tests.services.serve import Server

TURNS = 50
PASSWORD = "a password of the benchmark"

# Notes when an item with a headline came onto the page, by the clock that Python has too.
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
        threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),)).start()
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

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)


def _page(connection: ServerConnection, request: Request) -> Response | None:
    """Answer for `/page` with an empty page of the same origin; leave the rest to WebSocket."""
    return connection.respond(HTTPStatus.OK, "") if request.path == "/page" else None


def run() -> dict[str, object]:
    """Return, for each way to publish, the seconds to the page and their ratio to the floor."""
    with tempfile.TemporaryDirectory() as folder:
        server, floor = Server(Path(folder) / "data"), Floor()
        try:
            with launched() as browser:
                if browser is None:
                    raise SystemExit("publish_to_page needs Chromium: `make services`")
                return _report(_measure(server, floor, browser))
        finally:
            server.end()
            floor.stop()


def _measure(server: Server, floor: Floor, browser: Browser) -> dict[str, list[float]]:
    context = browser.new_context()
    page, bare = context.new_page(), floor.open(context)
    page.goto(server.url)
    page.wait_for_selector('live-feed[data-state="live"]')
    for watched in (page, bare):
        watched.evaluate(WATCH)
    publish = {"process": _process(server), "api": _api(server), "admin": _admin(server, browser)}
    print(f"  {TURNS} turns of {', '.join(publish)}", flush=True)
    times: dict[str, list[float]] = {"floor": [], **{name: [] for name in publish}}
    for turn in range(TURNS):
        begun = floor.send(f"story-floor-{turn}")
        times["floor"].append(_shown(bare, f"story-floor-{turn}") - begun)
        for name, act in publish.items():
            begun = act(f"story-{name}-{turn}")
            times[name].append(_shown(page, f"story-{name}-{turn}") - begun)
    return times


def _shown(page: Page, key: str) -> float:
    handle = page.wait_for_function("key => window.shown[key]", arg=key, timeout=30_000)
    return float(handle.json_value())


def _process(server: Server) -> Callable[[str], float]:
    writer = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.writer"],
        env=server.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    said, heard = writer.stdin, writer.stdout
    assert said is not None and heard is not None

    def act(headline: str) -> float:
        said.write(f"{headline}\n")
        return float(heard.readline())

    return act


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
        # Pressing, not Playwright's way to the button, is the editor's keystroke.
        button = desk.locator("[name=_publish]").last
        begun = float(button.evaluate("b => { const now = Date.now(); b.click(); return now }"))
        return begun / 1000

    return act


def _report(times: dict[str, list[float]]) -> dict[str, object]:
    report: dict[str, object] = {"turns": TURNS}
    floor = statistics.median(times["floor"])
    for name, seconds in times.items():
        ordered = sorted(seconds)
        p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95) - 1]
        report[name] = {
            "p50_ms": round(p50 * 1000, 1),
            "p95_ms": round(p95 * 1000, 1),
            "max_ms": round(ordered[-1] * 1000, 1),
            "p50_to_floor": round(p50 / floor, 1),
        }
        print(f"  {name:8} {report[name]}", flush=True)
    return report
