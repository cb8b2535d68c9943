"""Stop Press itself: the real command `stoppress serve`, with its own database."""

import os
import re
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.article import BYTES
from benchmarks.spoken import Spoken
from tests.services.process import ServiceError
from tests.services.serve import Server

from .base import START_SECONDS, CannotRun, on_cpus

ENVIRONMENT = {
    # No limits, since all readers here have the same address.
    "STOPPRESS_MAX_READERS_PER_ADDRESS": "0",
    "STOPPRESS_MAX_READERS": "0",
    "STOPPRESS_HANDSHAKES_PER_SECOND": "0",
    "STOPPRESS_REPLAY_BYTES_PER_SECOND": "0",
    "STOPPRESS_ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
}
ANSWER_SECONDS = 60.0
ROOT = Path(__file__).parents[2]
PATHS = {"fast": "1", "portable": "0"}
"""The value of `STOPPRESS_FAST_PATH` for each server."""


class Ours:
    """A server, and a publisher in a separate process on the load's CPUs."""

    path = "/live/ws?stream=news"

    def __init__(
        self,
        name: str,
        folder: Path,
        cpus: set[int],
        publisher_cpus: set[int],
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self._cpus = name, cpus
        # PYTHONPATH: the publisher and the watching app are in `benchmarks`.
        paths = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)]))
        given = {**ENVIRONMENT, "STOPPRESS_FAST_PATH": PATHS[name], "PYTHONPATH": paths}
        given |= dict(env or {})
        try:
            with on_cpus(cpus):
                self.server = Server(folder / name, given)
        except ServiceError as error:
            raise CannotRun(str(error)) from error
        self.port, self.url = self.server.port, self.server.url
        command = [sys.executable, "-m", "benchmarks.servers.publisher"]
        log = folder / "publisher.log"
        self._publisher = Spoken(command, log, publisher_cpus, self.server.env)
        try:
            self._publisher.hear_line(START_SECONDS)
        except CannotRun:
            self.stop()
            raise

    def pids(self) -> list[int]:
        return [self.server.process.pid]

    def publish(self, numbers: Sequence[int], size: int = BYTES) -> None:
        self._publisher.say(*(f"{number} {size}" for number in numbers))

    def publish_article(self, headline: str) -> None:
        """Publish a real article, and return once it is committed."""
        self._publisher.ask(f"article {headline}", ANSWER_SECONDS)

    def restart(self) -> None:
        """Kill the server and start it again, so that its memory of events is empty."""
        self.server.kill9()
        with on_cpus(self._cpus):
            self.server.start()

    def commit(self, numbers: Sequence[int]) -> None:
        """Publish, and return once everything is committed."""
        self.publish(numbers)
        self._publisher.ask("done", ANSWER_SECONDS)

    def cursor(self) -> str:
        """Return the cursor at the head of the stream."""
        with urllib.request.urlopen(f"{self.url}/live/poll?stream=news", timeout=30) as answer:
            found = re.search(rb'"cursors":\{"news":"([^"]+)"\}', answer.read())
        assert found is not None
        return found[1].decode()

    def reads(self) -> dict[str, float]:
        """Return how often the hub has read the database, by kind."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=30) as answer:
            lines = answer.read().decode()
        pattern = r'^stoppress_log_reads_total\{kind="(\w+)"\} (\S+)$'
        return {kind: float(count) for kind, count in re.findall(pattern, lines, re.MULTILINE)}

    def stop(self) -> None:
        self._publisher.end()
        # Nothing can be lost, and an orderly shutdown would wait for the goodbyes.
        self.server.kill9()


def missing() -> str | None:
    """Return why the server cannot run here; None if it can."""
    return None
