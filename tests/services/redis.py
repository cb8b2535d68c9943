"""A Redis or Valkey server for the tests, on a free port, without persistence."""

import shutil
import tempfile
from pathlib import Path

from redis import Redis as Client
from redis.exceptions import ConnectionError as NotListening

from stoppress.drill.free_port import free_port

from . import programs
from .process import Process, ServiceError

MISSING = "Redis (or Valkey) is not on this machine (`make services` tells more)"


class Redis:
    """One running server at `url`."""

    def __init__(self, binary: Path) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="stoppress-redis-"))
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.directory)]
        self._command = [binary, *options, "--save", "", "--appendonly", "no"]
        try:
            self.come_back()
        except ServiceError:
            self.stop()
            raise

    def flush(self) -> None:
        """Delete every key."""
        with Client.from_url(self.url) as client:
            client.flushall()

    def restart(self) -> None:
        """Stop the server and start it again, on its port; its data is lost."""
        self.go_away()
        self.come_back()

    def go_away(self) -> None:
        """Stop the server; its port stays free until it is started again."""
        self.process.stop()

    def come_back(self) -> None:
        """Start the server on its port."""
        self.process = Process(self._command, self.directory / "log")
        self.process.wait_until(self._answers, "it took connections")

    def stop(self) -> None:
        """Stop the server for good."""
        try:
            self.process.stop()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _answers(self) -> bool:
        with Client.from_url(self.url) as client:
            try:
                client.ping()
            except NotListening:
                return False
        return True


def start() -> Redis | None:
    """Start a server; return None if the machine has none."""
    binary = programs.redis()
    return Redis(binary) if binary else None
