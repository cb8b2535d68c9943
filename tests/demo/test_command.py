"""`stoppress demo` as a visitor runs it: a process of its own, with its own data."""

import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest

from stoppress.cli import main as cli
from stoppress.demo.script import BACKLOG
from stoppress.demo.town import PAPER
from stoppress.drill.free_port import free_port
from tests.conftest import Serve
from tests.services.command import COMMAND, inherited
from tests.services.process import Process

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter


class Demo:
    """One visitor's demo, on SQLite, which can be left and started again."""

    def __init__(self, directory: Path) -> None:
        self.data = directory / "data"
        self.log = directory / "demo.log"
        self.env = inherited()
        self.env |= {"STOPPRESS_DRAIN_SECONDS": "1", "PYTHONUNBUFFERED": "1"}
        self.process: Process | None = None

    def start(self, *options: str) -> str:
        """Start the demo, wait until it plays, and return the password that it printed."""
        printed = len(self.log.read_text()) if self.log.exists() else 0
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/"
        command = [COMMAND, "demo", "--port", str(port), "--data", str(self.data), *options]
        self.process = Process(command, self.log, env=self.env, farewell=signal.SIGINT)
        said = re.compile(r"live at http://.*Sign in .* as editor, with the password (\S+)\.", re.S)
        self.process.wait_until(
            lambda: said.search(self.log.read_text()[printed:]) is not None,
            "it told how to sign in",
        )
        found = said.search(self.log.read_text()[printed:])
        assert found
        return found[1]

    def stop(self) -> int:
        assert self.process
        return self.process.stop(30)

    def front_page(self) -> str:
        with urlopen(self.url, timeout=20) as answer:
            page: str = answer.read().decode()
            return page

    def stories(self) -> list[str]:
        with closing(sqlite3.connect(self.data / "stoppress.sqlite3")) as database:
            rows = database.execute(
                "SELECT external_id FROM newsroom_article "
                "WHERE external_id LIKE 'demo:%' ORDER BY 1"
            )
            return [row[0] for row in rows]

    def wait_for_stories(self, count: int) -> None:
        assert self.process
        self.process.wait_until(lambda: len(self.stories()) >= count, f"it has {count} stories")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path)
    yield demo
    if demo.process:
        demo.process.kill()


def test_a_restarted_demo_continues_with_the_same_password(demo: Demo) -> None:
    password = demo.start("--pace", "0.05")
    demo.wait_for_stories(BACKLOG + 5)
    assert demo.stop() == 0
    before = demo.stories()

    assert demo.start("--pace", "0.05") == password
    demo.wait_for_stories(len(before) + 5)
    assert demo.stop() == 0
    after = demo.stories()
    assert after[: len(before)] == before
    numbers = [int(key.removeprefix("demo:")[:8]) for key in after]
    assert numbers == list(range(1, len(after) + 1))


def test_a_killed_demo_continues_without_a_gap(demo: Demo) -> None:
    demo.start("--pace", "0.02")
    demo.wait_for_stories(BACKLOG + 8)
    assert demo.process
    demo.process.kill()
    before = demo.stories()
    demo.start("--pace", "0.05")
    demo.wait_for_stories(len(before) + 3)
    demo.stop()
    numbers = [int(key.removeprefix("demo:")[:8]) for key in demo.stories()]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("pace", ["0", "-2", "nan", "inf"])
def test_an_impossible_pace_ends_the_demo_with_a_message(
    pace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", f"--pace={pace}", "--data", str(tmp_path / "new")]) == 2
    assert "--pace must be a number of seconds above 0" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_the_demo_keeps_away_from_a_paper_that_is_not_its_own(serve: Serve) -> None:
    server = serve()
    server.manage(
        "shell",
        "-c",
        "from stoppress.newsroom.publishing import create_article, publish_article\n"
        "publish_article(create_article({'headline': 'Real news'}))",
    )
    server.stop()
    with pytest.raises(AssertionError, match="articles that are not the demo's"):
        server.run("demo", "--port", "0")


def test_the_first_page_is_marked_and_full_of_news(demo: Demo) -> None:
    demo.start("--pace", "3600")
    page = demo.front_page()
    assert PAPER in page
    assert "A demo: everything here is made up." in page
    assert page.count("data-key=") >= BACKLOG


def test_an_article_that_an_editor_schedules_appears(demo: Demo) -> None:
    demo.start("--pace", "3600")
    scheduled = (
        "from datetime import timedelta\n"
        "from stoppress.live.clock import database_time\n"
        "from stoppress.newsroom.publishing import create_article\n"
        "soon = database_time() + timedelta(seconds=1)\n"
        "create_article({'headline': 'The ferry sails at noon', 'publish_at': soon})\n"
    )
    command = [COMMAND, "manage", "shell", "-c", scheduled]
    subprocess.run(command, env=demo.env | {"STOPPRESS_DATA": str(demo.data)}, check=True)
    assert demo.process
    demo.process.wait_until(
        lambda: "The ferry sails at noon" in demo.front_page(), "the front page has the article"
    )
