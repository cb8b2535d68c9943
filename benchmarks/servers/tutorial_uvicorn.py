"""The recipe as tutorials end: uvicorn, with Redis to the process that saves articles."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.spoken import Spoken
from stoppress.drill.free_port import free_port
from tests.services import programs
from tests.services.process import ServiceError
from tests.services.redis import MISSING as NO_REDIS
from tests.services.redis import Redis

from .base import START_SECONDS, CannotRun, on_cpus
from .peer import Peer
from .tutorial import APPLICATION, DJANGO, PATH, not_installed, prepare


class Tutorial(Peer):
    """The recipe, its Redis, and a separate process that saves the articles."""

    def __init__(self, folder: Path, cpus: set[int], redis: Redis) -> None:
        super().__init__("recipe-uvicorn", free_port(), PATH)
        self._redis = redis
        env = prepare(folder, self.name, RECIPE_REDIS=redis.url)
        # Its defaults, except that it does not log connections.
        address = ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"]
        self.run([sys.executable, "-m", "uvicorn", *address, APPLICATION], folder, cpus, env)
        # A separate process on other CPUs, so that saving does not count in the server's figures.
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


def start(folder: Path, cpus: set[int]) -> Tutorial:
    """Start the server and its Redis, and return once it answers.

    Raises:
        CannotRun: a program that it needs is not installed, or does not start.
    """
    reason, binary = missing(), programs.redis()
    if reason or binary is None:
        raise CannotRun(str(reason))
    try:
        with on_cpus(cpus):
            redis = Redis(binary)
    except ServiceError as failure:
        raise CannotRun(str(failure)) from failure
    try:
        return Tutorial(folder, cpus, redis)
    except BaseException:
        redis.stop()
        raise


def missing() -> str | None:
    """Return why the server cannot run here; None if it can."""
    return not_installed("uvicorn", "channels_redis") or (None if programs.redis() else NO_REDIS)
