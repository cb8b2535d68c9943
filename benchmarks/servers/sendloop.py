"""The floor, g: a loop of `send` in C (`benchmarks/load/sendloop.c`)."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.article import article, compact
from benchmarks.load.build import NO_COMPILER, program
from benchmarks.spoken import Spoken
from stoppress.drill.free_port import free_port
from tests.services import programs

from .base import START_SECONDS


class Sendloop:
    """Every reader's socket, and one frame."""

    name = "sendloop"
    path = "/"

    def __init__(self, folder: Path, cpus: set[int]) -> None:
        self.port = free_port()
        command = [program("sendloop"), str(self.port)]
        self._spoken = Spoken(command, folder / "sendloop.log", cpus)
        self._spoken.hear_line(START_SECONDS)

    def pids(self) -> list[int]:
        return [self._spoken.process.pid]

    def publish(self, numbers: Sequence[int]) -> None:
        self._spoken.say(*(compact(article(number)) for number in numbers))

    def stop(self) -> None:
        self._spoken.end()


def start(folder: Path, cpus: set[int]) -> Sendloop:
    """Start the loop, and return once it listens."""
    return Sendloop(folder, cpus)


def missing() -> str | None:
    """Return why the server cannot run here; None if it can."""
    return None if programs.c_compiler() else NO_COMPILER
