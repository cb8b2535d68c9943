"""The Python interface of the probe."""

from pathlib import Path
from typing import Any, Self

from benchmarks.spoken import Spoken

from .build import program

ANSWER_SECONDS = 30.0


class Probe:
    """Requests one small URL again and again, in a separate process."""

    def __init__(self, folder: Path, cpus: set[int], port: int, path: str = "/healthz") -> None:
        self._spoken = Spoken([program("probe"), str(port), path], folder / "probe.log", cpus)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spoken.end()

    def start(self) -> None:
        self._spoken.say("start")

    def stop(self) -> dict[str, Any]:
        """Return the times of the responses since `start`, in nanoseconds."""
        return self._spoken.ask("stop", ANSWER_SECONDS)
