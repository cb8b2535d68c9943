"""A peer that publishes each article posted to it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from .http_publisher import HttpPublisher
from .peer import Peer


class HttpPeer(Peer):
    """A program with one channel: readers at `path`, and its publisher at `/publish`."""

    def __init__(self, name: str, port: int, path: str = "/live") -> None:
        super().__init__(name, port, path)

    def run(
        self,
        command: Sequence[str | Path],
        folder: Path,
        cpus: set[int],
        env: Mapping[str, str] | None = None,
    ) -> None:
        super().run(command, folder, cpus, env)
        self._publisher = HttpPublisher(self.port, "/publish")

    def publish(self, numbers: Sequence[int]) -> None:
        self._publisher.publish(numbers)

    def stop(self) -> None:
        self._publisher.close()
        super().stop()
