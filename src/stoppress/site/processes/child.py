"""A child process, as the supervisor sees it."""

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from .lifeline import READY
from .supervised import GROUP_SIGNALS


class Child:
    """One child process, from its start until the supervisor has seen its end."""

    def __init__(
        self,
        process: Process,
        lifeline: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        slot: int,
    ) -> None:
        self.slot = slot
        self.pid = process.pid
        self._process = process
        self._words, self._writer = lifeline
        self._ready_since: float | None = None
        self._became_ready = asyncio.create_task(self._wait_until_ready())
        self._ended = asyncio.create_task(self._wait())

    @classmethod
    async def start(
        cls,
        module: str,
        arguments: Sequence[str],
        descriptors: Sequence[int],
        environment: Mapping[str, str],
        slot: int,
    ) -> "Child":
        """Start `python -m module`.

        Args:
            descriptors: open files that the child inherits under the same numbers.
            environment: variables to add to this process's own.

        Raises:
            OSError: it cannot be started: no interpreter, or too many processes or open files.
            RuntimeError: the thread that waits for its end cannot be started.
        """
        ours, theirs = socket.socketpair()
        with theirs, ExitStack() as undo:
            undo.callback(ours.close)
            # Open the lifeline first: asyncio ends a process whose start fails or is cancelled.
            lifeline = await asyncio.open_connection(sock=ours)
            undo.callback(lifeline[1].close)
            # The child inherits the mask: its signals wait until `begin` says what to do.
            signal.pthread_sigmask(signal.SIG_BLOCK, GROUP_SIGNALS)
            try:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-P",  # do not import from the working directory
                    "-m",
                    module,
                    "--lifeline",
                    str(theirs.fileno()),
                    *arguments,
                    stdin=DEVNULL,
                    pass_fds=[theirs.fileno(), *descriptors],
                    env={**os.environ, **environment},
                )
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, GROUP_SIGNALS)
            undo.pop_all()
        return cls(process, lifeline, slot)

    async def ready(self, seconds: float) -> bool:
        """Return whether the child became ready within some seconds; False once it has ended."""
        done, _ = await asyncio.wait({self._became_ready}, timeout=seconds)
        return bool(done) and self._became_ready.result()

    async def ended(self, seconds: float | None = None) -> int | None:
        """Wait for the child's end and return its exit status; None if it did not end in time."""
        done, _ = await asyncio.wait({self._ended}, timeout=seconds)
        return self._ended.result() if done else None

    def has_ended(self) -> bool:
        """Return whether the supervisor has seen the child's end."""
        return self._ended.done()

    def is_ready(self) -> bool:
        """Return whether the child has said that it is ready."""
        return self._ready_since is not None

    def lived(self) -> float:
        """Return for how many seconds the child has been ready."""
        return time.monotonic() - self._ready_since if self._ready_since is not None else 0.0

    def tell(self, word: str) -> None:
        """Send a command to the child; do nothing if it has ended."""
        if not self._writer.is_closing():
            self._writer.write(f"{word}\n".encode())

    def kill(self) -> None:
        """Kill the child (SIGKILL) if it has not ended."""
        if not self.has_ended():
            self._process.kill()

    async def _wait_until_ready(self) -> bool:
        try:
            word = await self._words.readline()
        except OSError:
            return False
        if word.decode().strip() != READY:
            return False  # it has ended
        self._ready_since = time.monotonic()
        return True

    async def _wait(self) -> int:
        status = await self._process.wait()
        self._writer.close()
        return status
