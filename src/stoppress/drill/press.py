"""The drill's handle on a publishing process."""

import json
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from .child import Child, ChildError

PUBLISHER = [sys.executable, "-m", "stoppress.drill.process", "publisher"]
FINISH_SECONDS = 240.0


class Press:
    """A running publisher; a thread reads the lines that it prints."""

    def __init__(self, log: Path, env: Mapping[str, str], count: int, *options: str) -> None:
        command = [*PUBLISHER, str(count), *options]
        self._child = Child(command, log, env, piped=True)
        self._heard = threading.Condition()
        self._lines: list[str] = []
        self._last = 0.0
        self._ended = False
        self._ear = threading.Thread(target=self._listen, name="drill-press", daemon=True)
        self._ear.start()

    @property
    def committed(self) -> int:
        """How many mutations are committed so far."""
        with self._heard:
            return sum(line.startswith("committed") for line in self._lines)

    @property
    def last_said(self) -> float:
        """When it last printed a line, by the machine's clock."""
        return self._last

    def failures(self) -> list[str]:
        """Return the lines that it printed about failed mutations."""
        with self._heard:
            return [line for line in self._lines if line.startswith("failed")]

    def until(self, line: str, seconds: float = FINISH_SECONDS) -> None:
        """Return once it has printed a line, such as `committed 150`.

        Raises:
            ChildError: it ended without printing the line, or `seconds` have passed.
        """
        with self._heard:
            said = self._heard.wait_for(lambda: self._ended or line in self._lines, seconds)
            if not said or line not in self._lines:
                raise ChildError(self._child.report(f"never printed {line!r}"))

    def finish(self, seconds: float = FINISH_SECONDS) -> float:
        """Wait until all is published; return the time of the last commit, by the machine's clock.

        Raises:
            ChildError: some mutations could not be published.
        """
        if (status := self.status(seconds)) != 0:
            last = self._lines[-1:] or [""]
            raise ChildError(self._child.report(f"ended with {status}, saying {last[0]!r}"))
        return self._last

    def status(self, seconds: float = FINISH_SECONDS) -> int:
        """Wait for its end; return the exit status, negative if a signal ended it."""
        status = self._child.wait(seconds)
        self._ear.join(10)
        return status

    def end(self) -> None:
        """Kill the process."""
        self._child.kill()

    def _listen(self) -> None:
        for line in self._child.printed:
            with self._heard:
                self._lines.append(line.rstrip("\n"))
                self._last = time.time()
                self._heard.notify_all()
        with self._heard:
            self._ended = True
            self._heard.notify_all()


def open_stories(log: Path, env: Mapping[str, str], count: int, live: int = 0) -> list[int]:
    """Create the sections and public stories; return their ids.

    Args:
        count: of the stories.
        live: of the live stories, whose ids are the last ones.
    """
    child = Child(
        [*PUBLISHER, "0", "--open", str(count), "--open-live", str(live)],
        log,
        env,
        piped=True,
    )
    try:
        told = child.printed.readline()
        if child.wait(FINISH_SECONDS) or not told:
            raise ChildError(child.report("could not publish"))
        ids: list[int] = json.loads(told)
        return ids
    finally:
        child.kill()
