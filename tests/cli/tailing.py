"""`stoppress tail` as a process, and what it has printed."""

import json
import time
from pathlib import Path
from typing import Any

from stoppress.live.client.state import StreamState
from tests.services.process import Process
from tests.services.serve import COMMAND, Server


class Tail:
    """A running `stoppress tail` of a server's stream."""

    def __init__(self, server: Server, directory: Path, *options: str, name: str = "tail") -> None:
        self.log = directory / f"{name}.jsonl"
        command = [COMMAND, "tail", f"{server.url}/", *options]
        # The log is for what it prints; what it says of the connection stands beside it.
        self._errors = directory / f"{name}.err"
        words = ["sh", "-c", 'exec "$@" 2>"$0"', self._errors, *command]
        self.process = Process(words, self.log, env=server.env)

    def frames(self) -> list[dict[str, Any]]:
        """Return what was printed, but for a line that is still being written."""
        if not self.log.exists():
            return []
        whole, _, _ = self.log.read_bytes().rpartition(b"\n")
        return [json.loads(line) for line in whole.splitlines()]

    def errors(self) -> str:
        """Return what it has said on standard error."""
        return self._errors.read_text() if self._errors.exists() else ""

    def until(self, ready: Any, seconds: float = 30.0) -> list[dict[str, Any]]:
        """Return the frames once `ready(frames)`."""
        deadline = time.monotonic() + seconds
        while not ready(frames := self.frames()):
            assert time.monotonic() < deadline, f"after {seconds} s: {frames[-3:]}"
            time.sleep(0.02)  # between two looks
        return frames

    def until_at(self, cursor: str, seconds: float = 30.0) -> list[dict[str, Any]]:
        """Return the frames once the tail is at a cursor."""
        return self.until(lambda frames: frames and frames[-1]["cursor"] == cursor, seconds)

    def state(self) -> StreamState:
        """Return the state that the printed frames come to."""
        state = StreamState()
        for frame in self.frames():
            if frame["type"] == "snapshot":
                state.replace(frame)
            else:
                state.apply(frame)
        return state

    def end(self) -> None:
        self.process.kill()
