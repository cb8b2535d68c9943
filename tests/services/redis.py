"""A Redis or Valkey server of the tests' own, on a free port, that keeps nothing."""

import shutil
import tempfile
from pathlib import Path

from redis import Redis as Client
from redis.exceptions import ConnectionError as NotListening

from . import programs
from .process import Process, ServiceError, free_port

MISSING = "Redis (or Valkey) is not on this machine (`make services` tells more)"


class Redis:
    """One running server at `url`."""

    def __init__(self, binary: Path) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="stoppress-redis-"))
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.directory)]
        self.process = Process(
            [binary, *options, "--save", "", "--appendonly", "no"], self.directory / "log"
        )
        try:
            self.process.wait_until(self._answers, "it took connections")
        except ServiceError:
            self.stop()
            raise

    def flush(self) -> None:
        """Forget every key."""
        with Client.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        """Stop the server."""
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
    """Start a server; None where the machine has none."""
    binary = programs.redis()
    return Redis(binary) if binary else None
