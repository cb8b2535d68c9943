"""`stoppress serve` as users run it: in a process of its own, with its own data."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from stoppress.drill.free_port import free_port

from .command import COMMAND, inherited
from .migrated import put_database
from .process import Process

PROJECT = Path(__file__).parents[2]


class Server:
    """One installation and its server, which can be killed and restarted at the same address."""

    def __init__(
        self,
        data: Path,
        env: Mapping[str, str] | None = None,
        options: tuple[str, ...] = (),
        empty: bool = False,
    ) -> None:
        """Start the server on `data` and wait until it answers.

        `env` is laid over the environment; `options` follow `stoppress serve`. Where there is no
        data yet, it gets a SQLite database that is migrated already, unless `empty`.
        """
        if not (empty or data.exists() or "DATABASE_URL" in (env or {})):
            put_database(data)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data, self.options = data, options
        self.log = data.parent / f"{data.name}.log"
        self.env = inherited() | {
            "STOPPRESS_DATA": str(data),
            "STOPPRESS_DRAIN_SECONDS": "1",
            # Tests and benchmarks open thousands of connections from one address.
            "STOPPRESS_HANDSHAKES_PER_SECOND": "0",
            "PYTHONUNBUFFERED": "1",
            **(env or {}),
        }
        self._shell: subprocess.Popen[str] | None = None
        self.start()

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    def start(self) -> None:
        """Start it, at the same address as before."""
        address = ["--host", "127.0.0.1", "--port", str(self.port)]
        printed = self.log.stat().st_size if self.log.exists() else 0
        self.process = Process([COMMAND, "serve", *address, *self.options], self.log, env=self.env)
        words = f"Stop Press is live at {self.url}/".encode()
        try:
            self.process.wait_until(
                lambda: words in self.log.read_bytes()[printed:], "it said that it is live"
            )
        except BaseException:
            self.process.kill()
            raise

    def kill9(self) -> None:
        """Kill the server and its workers; the data stays."""
        self.process.kill()

    def stop(self, seconds: float = 30.0) -> int:
        """Send SIGTERM; return the exit status."""
        return self.process.stop(seconds)

    def restart(self) -> None:
        """Stop the server if it still runs, and start it again."""
        if self.process.popen.poll() is None:
            self.stop()
        self.start()

    def run(self, *words: str, stdin: str = "", seconds: float = 60.0) -> str:
        """Run another `stoppress` command on the same data; return its output.

        Raises:
            AssertionError: it failed; with all that it said.
        """
        done = subprocess.run(
            [COMMAND, *words],
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        assert done.returncode == 0, f"stoppress {' '.join(words)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def manage(self, *words: str, stdin: str = "", seconds: float = 60.0) -> str:
        """Run a Django command on the same data; return its output."""
        return self.run("manage", *words, stdin=stdin, seconds=seconds)

    def shell(self, code: str) -> str:
        """Run code as `manage shell` does; return what it printed.

        The process stays until the server ends: each start of one costs more than what it does.

        Raises:
            AssertionError: it failed; with the traceback.
        """
        if self._shell is None:
            command = [sys.executable, "-m", "tests.services.shell"]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            self._shell = subprocess.Popen(command, env=self.env, cwd=PROJECT, **pipes)
        assert self._shell.stdin and self._shell.stdout
        self._shell.stdin.write(f"{json.dumps(code)}\n")
        self._shell.stdin.flush()
        ended, printed = json.loads(self._shell.stdout.readline())
        assert ended, printed
        return str(printed)

    def end(self) -> None:
        """End every process, whatever the test did."""
        if self._shell:
            self._shell.communicate()
        try:
            if self.process.popen.poll() is None:
                self.stop(10.0)
        finally:
            self.process.kill()
