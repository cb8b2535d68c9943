"""The example site with only the packages of `pip install stop-press uvicorn`."""

import ast
import asyncio
import json
import os
import subprocess
import urllib.request
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.sync.client import connect as connect_and_wait

from stoppress.drill.free_port import free_port
from stoppress.live.client.rule import judge_event
from stoppress.live.protocol.cursor import parse_cursor
from tests.services.bare import make_bare
from tests.services.process import Process

EXAMPLE = Path(__file__).parents[2] / "example"


class Scoreboard:
    """The example's server on a database of its own."""

    def __init__(self, python: Path, directory: Path, *options: str) -> None:
        self.python = python
        self.env = os.environ | {"SCOREBOARD_DATABASE": str(directory / "scores.db")}
        for name in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH"):
            self.env.pop(name, None)
        self.port = free_port()
        self.manage("migrate", "-v", "0")
        self.log = directory / "server.log"
        self.process = Process(
            [
                *(python, "-m", "uvicorn", "scoreboard.asgi:application"),
                *("--app-dir", str(EXAMPLE), "--port", str(self.port)),
                *("--ws-per-message-deflate", "false", *options),
            ],
            self.log,
            env=self.env,
        )
        self.process.wait_until(lambda: b"running on" in self.log.read_bytes(), "it listened")

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [self.python, "manage.py", *words],
            cwd=EXAMPLE,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def shell(self, code: str) -> None:
        self.manage("shell", "-c", f"from scoreboard.models import Match\n{code}")

    def page(self, path: str = "/") -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            text: str = answer.read().decode()
            return text


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """A Python that has the base and a server alone."""
    return make_bare(tmp_path_factory.mktemp("bare"), "uvicorn")


@pytest.fixture
def scoreboard(python, tmp_path):
    running = Scoreboard(python, tmp_path)
    yield running
    running.process.stop(10)


async def test_saving_and_deleting_a_match_reaches_a_connected_reader(scoreboard):
    address = f"ws://127.0.0.1:{scoreboard.port}/live/ws?stream=scores"
    async with connect(address, subprotocols=["stoppress.v1"], proxy=None) as reader:

        async def frame():
            while True:
                told = json.loads(await asyncio.wait_for(reader.recv(), 20))
                if told["type"] != "heartbeat":
                    return told

        kinds = [(await frame()) for _ in range(3)]
        assert [f["type"] for f in kinds] == ["hello", "snapshot", "live"]
        cursor = parse_cursor(kinds[1]["cursor"])
        changes = [
            ("Match.objects.create(home='Reds', away='Blues')", "match.created", "put"),
            ("m = Match.objects.get(); m.score = '1 : 0'; m.save()", "match.changed", "put"),
            ("Match.objects.get().delete()", "match.deleted", "remove"),
        ]
        for code, event, op in changes:
            await asyncio.to_thread(scoreboard.shell, code)
            told = await frame()
            assert (told["event"], told["op"]) == (event, op)
            after, cursor_now = parse_cursor(told["after"]), parse_cursor(told["cursor"])
            assert judge_event(cursor, after, cursor_now) == "apply"
            cursor = cursor_now


def test_its_page_shows_the_scores_without_a_script(scoreboard):
    scoreboard.shell("Match.objects.create(home='Reds', away='<b>', score='2 : 1')")
    page = scoreboard.page()
    assert '<live-feed stream="scores" cursor="1-' in page
    assert "2 : 1" in page and "Reds – &lt;b&gt;" in page
    assert '<script type="module" src="/static/stoppress/live/index.js">' in page
    assert "customElements" in scoreboard.page("/static/stoppress/live/index.js")


@pytest.mark.parametrize("ws", ["auto", "stoppress.live.fast_path.handshake:HandshakeProtocol"])
def test_below_a_prefix_that_a_proxy_removes_the_page_finds_its_transports(python, tmp_path, ws):
    below = Scoreboard(python, tmp_path, "--root-path", "/club", "--ws", ws)
    try:
        assert '<meta name="stoppress-live" content="/club/live/ws">' in below.page()
        assert json.loads(below.page("/live/poll?stream=scores"))["cursors"].keys() == {"scores"}
        address = f"ws://127.0.0.1:{below.port}/live/ws?stream=scores"
        with connect_and_wait(address, proxy=None) as reader:
            assert json.loads(reader.recv(10))["type"] == "hello"
    finally:
        below.process.stop(10)


def test_its_wiring_passes_every_check(scoreboard):
    assert "no issues" in scoreboard.manage("check")


def test_every_command_of_live_works_with_nothing_but_the_base(scoreboard, tmp_path):
    scoreboard.shell("Match.objects.create(home='Reds', away='Blues')")
    assert "1 events" in scoreboard.manage("trim", "--keep", "0")
    scoreboard.manage("backup", str(tmp_path / "copy"))
    assert "is restored" in scoreboard.manage("restore", str(tmp_path / "copy"))


def test_it_runs_on_the_fast_path_with_nothing_but_the_base(python):
    code = "from stoppress.live.fast_path.handshake import HandshakeProtocol"
    subprocess.run([python, "-c", code], check=True, timeout=60)


def test_it_is_about_sixty_lines_and_imports_nothing_of_the_newsroom():
    sources = [*EXAMPLE.glob("*.py"), *EXAMPLE.glob("scoreboard/*.py")]
    texts = {path.name: path.read_text() for path in sources}
    written = {n: t for n, t in texts.items() if n not in {"settings.py", "manage.py"}}
    templates = [path.read_text() for path in EXAMPLE.glob("scoreboard/templates/*")]
    lines = [line for text in [*written.values(), *templates] for line in text.splitlines()]
    assert len([line for line in lines if line.strip()]) <= 60
    for name, text in texts.items():
        for node in ast.walk(ast.parse(text, name)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stoppress"):
                assert node.module == "stoppress" and [n.name for n in node.names] == ["live"]
