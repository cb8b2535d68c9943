"""Start a program for a test, wait for it with timeouts, and end it with all its children."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

TAIL_LINES = 40
WAIT = 60.0
"""Seconds for a program to start or to end, on a busy machine too."""


class ServiceError(Exception):
    """A program did not start or end in time."""


def server_identity() -> dict[str, Any]:
    """Return arguments for Popen that run a server as another user, if this user is root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServiceError("Root has no other user (postgres, nobody) to run a server as.")


class Process:
    """A program in a session of its own, with its output in a file."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        identity: Mapping[str, Any] | None = None,
        farewell: signal.Signals = signal.SIGTERM,
        directory: Path | None = None,
    ) -> None:
        """Start `command` in a directory; `farewell` is the signal that asks it to end."""
        self.command, self.log, self.farewell = command, log, farewell
        # If the tests themselves are killed, their servers must end too.
        setpriv = shutil.which("setpriv")
        guard = [setpriv, "--pdeathsig", farewell.name.removeprefix("SIG"), "--"] if setpriv else []
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                [*guard, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                start_new_session=True,
                cwd=directory,
                **(identity or {}),
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def tail(self, lines: int = TAIL_LINES) -> str:
        """Return the last lines of its output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float = WAIT) -> None:
        """Return once `ready()`.

        Raises:
            ServiceError: the program ended first, or `seconds` have gone by.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self.popen.poll() is not None:
                raise ServiceError(self._told(f"ended with {self.popen.returncode} before {what}"))
            if time.monotonic() > deadline:
                raise ServiceError(self._told(f"took over {seconds:g} s until {what}"))
            time.sleep(0.02)  # between two looks

    def stop(self, seconds: float = WAIT) -> int:
        """Ask it to end; return its exit status.

        Raises:
            ServiceError: it is still there after `seconds`; it has been killed then.
        """
        if self.popen.poll() is None:
            self.popen.send_signal(self.farewell)
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ServiceError(self._told(f"did not leave within {seconds:g} s")) from None
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill it and its children with SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait(WAIT)

    def _told(self, happened: str) -> str:
        return f"{Path(self.command[0]).name} {happened}. It printed:\n{self.tail()}"
