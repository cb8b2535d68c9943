"""What the processes of one server share: their metrics, and the counts of the limits."""

import argparse
import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from prometheus_client import multiprocess, values

from stoppress.live.limits import shared_tally

METRICS = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "stoppress-server-"
LOCK = "lock"


class SharedState:
    """A directory that lasts as long as the server, and a slot in it for each process.

    Slots, not process ids, name the files: a process that is started for another goes on
    counting where that one ended, and a process that dies each minute leaves nothing behind.
    """

    def __init__(self, slots: int) -> None:
        self.slots = slots
        _remove_what_killed_servers_left()
        self.directory, self.lock = _locked_directory()
        self._metrics = self.directory / "metrics"
        self._metrics.mkdir()
        self._limits = self.directory / "limits"
        self._free = list(range(slots))

    @property
    def environment(self) -> dict[str, str]:
        """Return what must stand in a process's environment before it starts."""
        return {METRICS: str(self._metrics)}

    def take(self) -> int:
        """Return a slot that no running process has.

        Raises:
            IndexError: there is none.
        """
        return self._free.pop(0)

    def give_back(self, slot: int) -> None:
        """Free the slot of a process that has ended, and forget what it had of the moment."""
        multiprocess.mark_process_dead(slot, str(self._metrics))
        # A slot may wait for long: its readers are gone now.
        shared_tally.give_back(self._limits, slot, self.slots)
        self._free.append(slot)

    def arguments(self, slot: int) -> list[str]:
        """Return the arguments that tell a process of its slot."""
        return ["--slot", str(slot), "--slots", str(self.slots), "--limits", str(self._limits)]

    def remove(self) -> None:
        """Forget it all."""
        shutil.rmtree(self.directory, ignore_errors=True)
        os.close(self.lock)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        """Add what `arguments` gives to a process's parser."""
        parser.add_argument("--slot", type=int, required=True)
        parser.add_argument("--slots", type=int, required=True)
        parser.add_argument("--limits", required=True)

    @staticmethod
    def join(options: argparse.Namespace) -> None:
        """Make this process count in its slot; before anything that counts is imported."""
        # mypy knows the class that stands here by default only.
        values.ValueClass = values.MultiProcessValue(lambda: options.slot)


def _locked_directory() -> tuple[Path, int]:
    """Return a new directory and its lock, which lasts until every process that has it ended."""
    draft = Path(tempfile.mkdtemp(prefix="stoppress-new-"))
    lock = os.open(draft / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Under its name only now: a server that starts at this moment would take it for left behind.
    return draft.rename(draft.with_name(draft.name.replace("stoppress-new-", PREFIX))), lock


def _remove_what_killed_servers_left() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # another user's, or one whose processes still run
            lock = os.open(left / LOCK, os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if left.stat().st_uid == os.geteuid():
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)
