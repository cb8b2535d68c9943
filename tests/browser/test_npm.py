"""The client as `make npm` packs it, in a project that has nothing else."""

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from stoppress import __version__
from tests.conftest import Serve

from .test_pages import act

pytestmark = pytest.mark.timeout(180)

PROJECT = Path(__file__).parents[2]
TSC = PROJECT / "node_modules/typescript/bin/tsc"

PAGE = """<!DOCTYPE html>
<html lang="en"><title>News</title>
<script type="module" src="/node_modules/stop-press-live/index.js"></script>
<live-feed stream="news" src="{url}/live/ws"><ol data-items></ol></live-feed>
"""

PROGRAM = """
import { LiveFeed, tellTimes, type Frame, type Item } from 'stop-press-live'
import { State } from 'stop-press-live/state.js'

const feed: LiveFeed | null = document.querySelector('live-feed')
feed?.pause()
const more: Promise<boolean> | undefined = feed?.older()
const state = new State()
document.addEventListener('stoppress:event', ({ target, detail }) => {
  const key: string | undefined = detail.key
  const item: Item | undefined = detail.item
  for (const change of state.apply(detail as Frame)) console.log(change.key, key, item)
  console.log(target, more)
})
feed?.addEventListener('stoppress:waiting', ({ detail }) => console.log(detail.count.toFixed()))
tellTimes(document)
// @ts-expect-error: it has no such method
feed?.stop()
// @ts-expect-error: it is a string
const cursor: number = feed?.cursor
console.log(cursor)
"""


def node(*words: str | Path, at: Path = PROJECT) -> None:
    command = [sys.executable, PROJECT / "scripts/node.py", *words]
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the packed file installed."""
    packed, bare = tmp_path_factory.mktemp("packed"), tmp_path_factory.mktemp("bare")
    node("node", PROJECT / "scripts/npm.js", packed)
    (bare / "package.json").write_text('{"private": true, "type": "module"}')
    file = packed / f"stop-press-live-{__version__}.tgz"
    node("npm", "install", file, "--offline", "--no-audit", "--no-fund", at=bare)
    return bare


@pytest.fixture
def address(project: Path) -> Iterator[str]:
    """Address at which the project's files are served."""
    handler = functools.partial(Quiet, directory=project)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *given: object) -> None:
        pass


def test_a_bare_page_follows_a_stream_of_another_site(
    chromium: Browser, project: Path, address: str, serve: Serve
) -> None:
    server = serve(env={"STOPPRESS_ALLOWED_ORIGINS": address})
    act(server, 'publish("First", body="Words.")')
    (project / "index.html").write_text(PAGE.format(url=server.url))
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address)
    expect(page.locator("live-feed")).to_have_attribute("data-state", "live", timeout=30_000)
    expect(page.locator("[data-key] h2")).to_have_text(["First"])
    act(server, 'publish("Second", body="Words.")')
    expect(page.locator("[data-key] h2")).to_have_text(["Second", "First"], timeout=30_000)
    context.close()


@pytest.mark.parametrize("resolution", ["bundler", "nodenext"])
def test_typescript_accepts_the_types_of_the_package(project: Path, resolution: str) -> None:
    (project / "program.ts").write_text(PROGRAM)
    module = "nodenext" if resolution == "nodenext" else "esnext"
    options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable"]
    node(
        *("node", TSC, *options, "--module", module, "--moduleResolution", resolution),
        "program.ts",
        at=project,
    )
