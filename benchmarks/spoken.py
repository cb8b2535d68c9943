"""A child program with a line protocol: commands on its standard input, JSON on its output."""

import json
import os
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .servers.base import CannotRun, on_cpus

END_SECONDS = 10.0


class Spoken:
    """A child process that ends when its standard input closes, so that none is left running.

    Args:
        log: the file for its standard error.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        cpus: set[int] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._name, self._log = Path(command[0]).name, log
        with on_cpus(cpus or os.sched_getaffinity(0)), log.open("ab") as complaints:
            self.process = subprocess.Popen(
                [*command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=None if env is None else dict(env),
                start_new_session=True,
            )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._input, self._output = self.process.stdin, self.process.stdout
        self._heard = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ)

    def say(self, *lines: str) -> None:
        """Send some lines at once.

        Raises:
            CannotRun: the child has ended; the message has its last output.
        """
        try:
            self._input.write("".join(f"{line}\n" for line in lines).encode())
            self._input.flush()
        except OSError:
            raise self._ended() from None

    def hear_line(self, seconds: float) -> str:
        """Return the next line of its output.

        Raises:
            CannotRun: the child has ended, or `seconds` have passed.
        """
        deadline = time.monotonic() + seconds
        while b"\n" not in self._heard:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                raise CannotRun(f"{self._name} has not answered within {seconds:g} s")
            told = os.read(self._output.fileno(), 1 << 20)
            if not told:
                raise self._ended()
            self._heard += told
        line, _, self._heard = self._heard.partition(b"\n")
        return line.decode()

    def ask(self, line: str, seconds: float) -> dict[str, Any]:
        """Send a line, and return the JSON of the answer."""
        self.say(line)
        answer: dict[str, Any] = json.loads(self.hear_line(seconds))
        return answer

    def end(self) -> None:
        """Close its input and wait for its end; kill it if that takes too long."""
        self._selector.close()
        with suppress(OSError):  # it may have ended before it read everything
            self._input.close()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._output.close()

    def _ended(self) -> CannotRun:
        self.process.wait(END_SECONDS)
        words = self._log.read_text(errors="replace")[-2000:]
        return CannotRun(f"{self._name} ended with {self.process.returncode}. It said:\n{words}")
