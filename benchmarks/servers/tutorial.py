"""The recipe that tutorials give: Channels' groups over Redis, in a server of one process."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.spoken import Spoken
from tests.services import programs
from tests.services.process import ServiceError, free_port
from tests.services.redis import MISSING as NO_REDIS
from tests.services.redis import Redis

from .base import START_SECONDS, CannotRun, on_cpus
from .peer import ROOT, Peer

DJANGO = [sys.executable, "-m", "django"]
APPLICATION = "benchmarks.recipe.asgi:application"


class Tutorial(Peer):
    """The recipe, its Redis, and another process that saves the articles."""

    def __init__(self, server: str, folder: Path, cpus: set[int], redis: Redis) -> None:
        super().__init__(f"recipe-{server}", free_port(), "/ws/news/")
        self._redis = redis
        database = folder.resolve() / f"{self.name}.sqlite3"
        database.unlink(missing_ok=True)
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.recipe.settings",
            "PYTHONPATH": str(ROOT),
            "RECIPE_DATABASE": str(database),
            "RECIPE_REDIS": redis.url,
        }
        _make_tables(env)
        self.run(_command(server, self.port), folder, cpus, env)
        # A process of its own, elsewhere: what saving costs is not in the server's figures.
        others = (os.sched_getaffinity(0) - cpus) or cpus
        log = folder / f"{self.name}-publisher.log"
        self._publisher = Spoken([*DJANGO, "publish"], log, others, env)
        try:
            self._publisher.hear_line(START_SECONDS)
        except CannotRun:
            self.stop()
            raise

    def pids(self) -> list[int]:
        return [*super().pids(), self._redis.process.pid]

    def publish(self, numbers: Sequence[int]) -> None:
        self._publisher.say(*map(str, numbers))

    def stop(self) -> None:
        self._publisher.process.kill()
        self._publisher.end()
        super().stop()
        self._redis.stop()


def start(folder: Path, cpus: set[int], server: str) -> Tutorial:
    """Start the recipe on a `server`, `daphne` or `uvicorn`, and return when it answers.

    Raises:
        CannotRun: what it needs is not installed, or does not start.
    """
    reason, binary = missing(server), programs.redis()
    if reason or binary is None:
        raise CannotRun(str(reason))
    try:
        with on_cpus(cpus):
            redis = Redis(binary)
    except ServiceError as failure:
        raise CannotRun(str(failure)) from failure
    try:
        return Tutorial(server, folder, cpus, redis)
    except BaseException:
        redis.stop()
        raise


def missing(server: str) -> str | None:
    """Tell in words why it cannot run here; None where it can."""
    for module in (server, "channels_redis"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed (`make bench` installs it)"
    return None if programs.redis() else NO_REDIS


def _make_tables(env: Mapping[str, str]) -> None:
    command = [*DJANGO, "migrate", "--run-syncdb", "--verbosity=0"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=START_SECONDS)
    if done.returncode:
        raise CannotRun(f"The recipe has no database: {done.stderr[-2000:]}")


def _command(server: str, port: int) -> list[str]:
    """Return what starts the server: its defaults, but that it logs no reader's coming."""
    if server == "daphne":
        # Its own backlog of 50 would measure the kernel's second tries when many come at once.
        endpoint = f"tcp:port={port}:interface=127.0.0.1:backlog=4096"
        return [sys.executable, "-m", "daphne", "-v", "0", "-e", endpoint, APPLICATION]
    address = ["--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-m", "uvicorn", *address, "--log-level", "warning", APPLICATION]
