"""What the processes of one server share: their metrics, and the counts of the limits."""

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
    """A directory that lasts as long as the server, and a slot in it for each process.

    Slots, not process ids, name the files: a process that is started for another goes on
    counting where that one ended, and a process that dies each minute leaves nothing behind.
    """

    def __init__(self, slots: int, data: Path) -> None:
        """
        Args:
            data: the data directory; the directory is in it where the service manager gives none.
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
        """Return what must stand in a process's environment before it starts."""
        return {METRICS: str(self._metrics)}

    def take(self) -> int:
        """Return a slot that no running process has.

        Raises:
            IndexError: there is none.
            OSError: the directory was removed, and cannot be made again.
        """
        if not self._metrics.is_dir():
            self._make_again()
        return self._free.pop(0)

    def give_back(self, slot: int) -> None:
        """Free the slot of a process that has ended, and forget what it had of the moment."""
        try:
            multiprocess.mark_process_dead(slot, str(self._metrics))
            # A slot may wait for long: its readers are gone now.
            shared_tally.give_back(self._limits, slot, self.slots)
        except (OSError, ValueError) as error:
            # Whoever takes the slot next begins with the same.
            logger.warning("what process slot %d counted is not forgotten: %s", slot, error)
        finally:
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
        # mypy knows the classes that stand here by default only.
        values.MmapedDict = MetricsFile  # type: ignore[attr-defined]
        values.ValueClass = values.MultiProcessValue(lambda: options.slot)

    def _make_again(self) -> None:
        logger.error(
            "%s was removed: processes that count in it are not in /metrics, nor in the limits of "
            "the others, until SIGHUP replaces them",
            self.directory,
        )
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _lock(self.directory)
        os.close(self.lock)
        self.lock = lock
        self._metrics.mkdir(exist_ok=True)


def _places(data: Path) -> list[Path]:
    """Return where the directory may be, the best first.

    Not the directory of a login session, which ends with it, and the temporary one at the very
    last: what is old in it is cleaned away.
    """
    given = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    return [*([Path(given)] if given else []), data, Path(tempfile.gettempdir())]


def _locked_directory(places: Sequence[Path]) -> tuple[Path, int]:
    """Return a new directory and its lock, which lasts until every process that has it ended.

    Raises:
        OSError: there is nowhere to make it.
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
    # Under its name only now: a server that starts at this moment would take it for left behind.
    return draft.rename(draft.with_name(draft.name.replace(".stoppress-new-", PREFIX))), lock


def _lock(directory: Path) -> int:
    """Lock a directory itself: that keeps systemd-tmpfiles(8) from cleaning it away as well.

    Raises:
        OSError: another process has it locked, or the filesystem cannot (NFS).
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
        with suppress(OSError):  # another user's, or one whose processes still run
            lock = _lock(left)
            try:
                if left.stat().st_uid == os.geteuid():
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)
