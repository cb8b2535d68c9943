"""A child process of the drill: its output goes to a file, and it never outlives the drill."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

START_SECONDS = 60.0
LEAVE_SECONDS = 30.0
TAIL_LINES = 30


class ChildError(Exception):
    """A child process failed, or was too slow."""


class Child:
    """A process in a session of its own.

    Args:
        log: the file for standard error, and for standard output unless `piped`.
        piped: whether standard input and output are pipes of text lines.
    """

    def __init__(
        self, command: Sequence[str], log: Path, env: Mapping[str, str], *, piped: bool = False
    ) -> None:
        self.command, self.log = list(command), log
        # If the drill itself is killed, its children must end too.
        setpriv = shutil.which("setpriv")
        guard = [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*guard, *command],
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE if piped else output,
                stderr=output,
                env=dict(env),
                text=True,
                bufsize=1,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def printed(self) -> IO[str]:
        """The standard output of a piped child."""
        assert self.process.stdout is not None
        return self.process.stdout

    def write(self, line: str) -> None:
        """Write a line to a piped child."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process alone."""
        self.process.send_signal(number)

    def until(self, ready: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
        """Return once `ready()` is true.

        Raises:
            ChildError: the child ended first, or `seconds` have passed.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise ChildError(self.report(f"ended with {self.process.returncode} before {what}"))
            if time.monotonic() > deadline:
                raise ChildError(self.report(f"took over {seconds:g} s until {what}"))
            time.sleep(0.02)

    def wait(self, seconds: float) -> int:
        """Wait for the child to end; return its exit status.

        Raises:
            ChildError: it did not end within `seconds`.
        """
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ChildError(self.report(f"did not end within {seconds:g} s")) from None

    def stop(self, seconds: float = LEAVE_SECONDS) -> int:
        """Send SIGTERM and wait; return the exit status."""
        if self.running:
            self.signal(signal.SIGTERM)
        try:
            return self.wait(seconds)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill the process and its children with SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(LEAVE_SECONDS)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def report(self, happened: str) -> str:
        """Return a message: the command, what happened, and the last lines that it printed."""
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        return f"{' '.join(self.command[:3])} {happened}. It printed:\n" + "\n".join(lines)
