"""A scratch deployment of the drill, with its own data, ports and processes."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from .child import Child, ChildError
from .free_port import free_port
from .history import Histories, load_histories
from .press import Press, open_stories

HOST = "127.0.0.1"
COMMAND = "stoppress.cli.main"
HEARTBEAT = 2.0
STORIES, LIVE_STORIES = 6, 2
ORACLE_SECONDS = 60.0

# Environment variables that must not reach a scratch deployment.
OURS = ("STOPPRESS_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "UVICORN_", "WEB_CONCURRENCY",
        "PROMETHEUS_")  # fmt: skip
SETTINGS = {
    "STOPPRESS_HEARTBEAT": f"{HEARTBEAT:g}",
    "STOPPRESS_DRAIN_SECONDS": "2",
    # All readers come from one address, and reconnect at once.
    "STOPPRESS_MAX_READERS_PER_ADDRESS": "0",
    "STOPPRESS_HANDSHAKES_PER_SECOND": "0",
    "STOPPRESS_REPLAY_BYTES_PER_SECOND": "0",
    "PYTHONUNBUFFERED": "1",
}


class Deployment:
    """One installation and its server.

    Args:
        directory: an empty directory for data and logs.
        env: the database's address, and settings that override the drill's own.
        workers: how many processes serve readers.
        host: the address that the server listens on.
        module: the Python module whose `serve` command is run.
    """

    def __init__(
        self,
        directory: Path,
        env: Mapping[str, str],
        workers: int = 2,
        host: str = HOST,
        module: str = COMMAND,
    ) -> None:
        self.directory = directory
        self._module = module
        self.workers = workers
        self.host, self.port = host, free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        # Temporary files of a killed server are removed with the deployment.
        (directory / "tmp").mkdir(exist_ok=True)
        data = {"STOPPRESS_DATA": str(directory / "data"), "TMPDIR": str(directory / "tmp")}
        self.env = inherited | SETTINGS | data | dict(env)
        self._presses: list[Press] = []
        self.server: Child | None = None
        self.stories: list[int] = []
        self.live_stories: list[int] = []

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def database_file(self) -> Path:
        return self.directory / "data" / "stoppress.sqlite3"

    @property
    def streams(self) -> list[str]:
        """Every stream that the drill's readers read."""
        lists = ["news", "section:world", "section:home", *(["keys"] if self.live_stories else [])]
        of_posts = [name for story in self.live_stories for name in _of_posts(story)]
        return [*lists, *(f"story:{n}" for n in self.stories), *of_posts]

    def asks(self) -> list[dict[str, str | None]]:
        """Return what readers ask for, each without a cursor.

        It is the news, a section and a story, and what a live story has besides.
        """
        asks = []
        for number, story in enumerate(self.stories):
            names = ["news", f"section:{('world', 'home')[number % 2]}", f"story:{story}"]
            if self.live_stories:
                names += ["keys", *_of_posts(self.live_stories[number % len(self.live_stories)])]
            asks.append(dict[str, str | None].fromkeys(names))
        return asks

    def open(self) -> None:
        """Start the server, and publish the stories that readers follow."""
        self.start()
        log = self.directory / "press.log"
        ids = open_stories(log, self.env, STORIES, LIVE_STORIES)
        self.stories, self.live_stories = ids[:STORIES], ids[STORIES:]

    def start(self) -> None:
        """Start the server, always at the same address; return once it serves."""
        log = self.directory / "server.log"
        printed = log.stat().st_size if log.exists() else 0
        workers = ["--workers", str(self.workers)] if self.workers > 1 else []
        command = [sys.executable, "-m", self._module, "serve", "--host", self.host,
                   "--port", str(self.port), *workers]  # fmt: skip
        self.server = Child(command, log, self.env)
        live = f"Stop Press is live at {self.url}/".encode()
        self.server.until(lambda: live in log.read_bytes()[printed:], "it said that it is live")

    def workers_pids(self) -> list[int]:
        """Return the ids of the processes that serve readers."""
        assert self.server is not None
        if self.workers == 1:
            return [self.server.pid]
        told = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="],
            capture_output=True,
            text=True,
            timeout=10,
        )
        rows = (line.split(None, 2) for line in told.stdout.splitlines())
        return [
            int(pid)
            for pid, parent, command in rows
            if parent == str(self.server.pid) and "stoppress.site.processes.web_worker" in command
        ]

    def publish(self, count: int, *options: str) -> Press:
        """Start a process that publishes `count` mutations."""
        stories = ["--stories", json.dumps(self.stories), "--live", json.dumps(self.live_stories)]
        number = len(self._presses)
        log = self.directory / f"press{number}.log"
        press = Press(log, self.env, count, *stories, "--seed", str(number), *options)
        self._presses.append(press)
        return press

    def histories(self) -> Histories:
        """Read the committed log, in another process."""
        return read_histories(self.streams, self.env)

    def manage(self, *words: str, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Run a Django command on the installation."""
        command = [sys.executable, "-m", COMMAND, "manage", *words]
        return subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=seconds
        )

    def get(self, path: str) -> str:
        """Return the body of the server's answer at a path."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=10) as response:
            return str(response.read().decode())

    def metric(self, name: str, *, having: str = "", without: str = "\0") -> float:
        """Return the sum of a metric over its label sets.

        Args:
            having: only label sets that contain this text.
            without: no label sets that contain this text.
        """
        total = 0.0
        for line in self.get("/metrics").splitlines():
            named, _, value = line.rpartition(" ")
            metric, _, labels = named.partition("{")
            if metric == name and having in labels and without not in labels:
                total += float(value)
        return total

    def looked_since(self, moment: float) -> bool:
        """Return whether every worker has read the log since a moment, by the machine's clock."""
        return self.metric("stoppress_log_looked_timestamp_seconds") > moment

    def end(self) -> None:
        """End every process of the deployment."""
        for press in self._presses:
            press.end()
        if self.server is not None:
            self.server.kill()


def _of_posts(story: int) -> list[str]:
    return [f"posts:{story}", f"keys:{story}", f"coverage:{story}"]


def read_histories(streams: Sequence[str], env: Mapping[str, str]) -> Histories:
    """Read logs of the installation that an environment names, in another process.

    Raises:
        ChildError: the logs cannot be read.
    """
    done = subprocess.run(
        [sys.executable, "-m", "stoppress.drill.process", "oracle", *streams],
        env=env,
        capture_output=True,
        text=True,
        timeout=ORACLE_SECONDS,
    )
    if done.returncode:
        raise ChildError(f"the log could not be read:\n{done.stderr}")
    return load_histories(json.loads(done.stdout))
