"""The state that the processes of one server share: metrics, and counts for the limits."""

import argparse
import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from prometheus_client import multiprocess, values

from stoppress.live.readers.limits import shared_tally

from .metrics_file import MetricsFile

logger = logging.getLogger("stoppress.site")

METRICS = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = ".stoppress-server-"


class SharedState:
    """A directory that lasts as long as the server, with a slot for each process.

    Slots, not process ids, name the files: a restarted process continues the counts of the one
    before, and a process that dies each minute leaves no files behind.
    """

    def __init__(self, slots: int, data: Path) -> None:
        """
        Args:
            data: the data directory, used if the service manager provides no runtime directory.
        """
        self.slots = slots
        places = _places(data)
        _remove_what_killed_servers_left(places)
        self.directory, self.lock = _locked_directory(places)
        self._metrics = self.directory / "metrics"
        self._metrics.mkdir()
        self._limits = self.directory / "limits"
        self._free = list(range(slots))

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables that a process must be started with."""
        return {METRICS: str(self._metrics)}

    def take(self) -> int:
        """Return a slot that no running process uses.

        Raises:
            IndexError: every slot is in use.
            OSError: the directory was removed, and cannot be created again.
        """
        if not self._metrics.is_dir():
            self._make_again()
        return self._free.pop(0)

    def give_back(self, slot: int) -> None:
        """Free the slot of a process that has ended, and drop its gauges and its open readers."""
        try:
            multiprocess.mark_process_dead(slot, str(self._metrics))
            # The slot may stay free for long, but its readers are gone now.
            shared_tally.give_back(self._limits, slot, self.slots)
        except (OSError, ValueError) as error:
            # The next process in this slot starts with the same counts.
            logger.warning("the counts of process slot %d could not be reset: %s", slot, error)
        finally:
            self._free.append(slot)

    def arguments(self, slot: int) -> list[str]:
        """Return the arguments that give a process its slot."""
        return ["--slot", str(slot), "--slots", str(self.slots), "--limits", str(self._limits)]

    def remove(self) -> None:
        """Delete the directory and release its lock."""
        shutil.rmtree(self.directory, ignore_errors=True)
        os.close(self.lock)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        """Add the options that `arguments` returns to a process's parser."""
        parser.add_argument("--slot", type=int, required=True)
        parser.add_argument("--slots", type=int, required=True)
        parser.add_argument("--limits", required=True)

    @staticmethod
    def join(options: argparse.Namespace) -> None:
        """Make this process count in its slot; call this before any metric is imported."""
        # mypy knows only the classes that are the default here.
        values.MmapedDict = MetricsFile  # type: ignore[attr-defined]
        values.ValueClass = values.MultiProcessValue(lambda: options.slot)

    def _make_again(self) -> None:
        logger.error(
            "%s was removed: the running processes are missing from /metrics and from the shared "
            "limits until SIGHUP replaces them",
            self.directory,
        )
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _lock(self.directory)
        os.close(self.lock)
        self.lock = lock
        self._metrics.mkdir(exist_ok=True)


def _places(data: Path) -> list[Path]:
    """Return the places where the directory may be, the best first.

    A login session's directory is not among them: it is deleted at the end of the session. The
    temporary directory is last: old files in it are deleted.
    """
    given = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    return [*([Path(given)] if given else []), data, Path(tempfile.gettempdir())]


def _locked_directory(places: Sequence[Path]) -> tuple[Path, int]:
    """Return a new directory and its lock, which lasts until all processes that hold it have ended.

    Raises:
        OSError: no place allows it.
    """
    for place in places[:-1]:
        with suppress(OSError):
            return _locked_directory_in(place)
    return _locked_directory_in(places[-1])


def _locked_directory_in(place: Path) -> tuple[Path, int]:
    draft = Path(tempfile.mkdtemp(prefix=".stoppress-new-", dir=place))
    try:
        lock = _lock(draft)
    except OSError:
        draft.rmdir()
        raise
    # Rename only once it is locked: a server that starts now deletes unlocked ones as left behind.
    return draft.rename(draft.with_name(draft.name.replace(".stoppress-new-", PREFIX))), lock


def _lock(directory: Path) -> int:
    """Lock the directory itself, which also keeps systemd-tmpfiles(8) from deleting it.

    Raises:
        OSError: another process holds the lock, or the file system has no locks (NFS).
    """
    lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _remove_what_killed_servers_left(places: Sequence[Path]) -> None:
    for left in [left for place in places for left in place.glob(f"{PREFIX}*")]:
        with suppress(OSError):  # it belongs to another user, or its processes still run
            lock = _lock(left)
            try:
                if left.stat().st_uid == os.geteuid():
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)
