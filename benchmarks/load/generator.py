"""The Python interface of the load generator."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from benchmarks.servers.base import CannotRun, Served
from benchmarks.spoken import Spoken

from .build import program

# Seconds to wait for an answer beyond a command's own time limit.
GRACE = 15.0
HANDSHAKES = 256
PROTOCOL = "stoppress.v1"


class Load:
    """Readers and HTTP clients, all in one C process on its own CPUs."""

    def __init__(self, folder: Path, cpus: set[int]) -> None:
        self._spoken = Spoken([program("load")], folder / "load.log", cpus)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spoken.end()

    def be_nice(self) -> None:
        """Lower the generator's priority: its readers would be on ten thousand other machines."""
        os.setpriority(os.PRIO_PROCESS, self._spoken.process.pid, 10)

    def open(
        self,
        served: Served,
        count: int,
        *,
        group: int = 0,
        path: str = "",
        flight: int = HANDSHAKES,
        deaf: bool = False,
        applied: bool = False,
        live: bool | None = None,
        seconds: float = 120.0,
    ) -> dict[str, Any]:
        """Connect readers; once all are connected, return a report.

        Args:
            flight: how many handshakes run at once.
            deaf: the readers never read, and have small buffers.
            applied: the readers answer heartbeats with an `applied` frame.
            live: wait until each reader is live (default: if the server speaks our protocol).

        Raises:
            CannotRun: a reader could not connect, or `seconds` have passed.
        """
        live = speaks_ours(served) if live is None else live
        words = {
            "n": count,
            "port": served.port,
            "path": path or served.path,
            "group": group,
            "flight": flight,
            "live": int(live and not deaf),
            "deaf": int(deaf),
            "rcvbuf": 2048 if deaf else 0,
            "applied": int(applied),
            "timeout": round(seconds * 1000),
        }
        if speaks_ours(served):
            words["protocol"] = PROTOCOL
        told = self._ask("open", words, seconds)
        if told["open"] < count or (live and not deaf and told["live"] < count):
            raise CannotRun(
                f"{served.name}: of {count} readers {told['open']} were let in and "
                f"{told['live']} live: {told['failure'] or f'{seconds:g} s were not enough'}"
            )
        return told

    def close(self, group: int | None = None) -> None:
        """Disconnect all readers, or those of one group, at once."""
        self._ask("close", {} if group is None else {"group": group}, 30.0)

    def change(self, *, applied: bool) -> None:
        """Make the readers send `applied` frames, or stop sending them."""
        self._ask("change", {"applied": int(applied)}, 30.0)

    def readers(self) -> dict[str, Any]:
        """Return counts of what the readers have received and sent so far."""
        return self._ask("readers", {}, 30.0)

    def arm(self, first: int, last: int, expect: int | None = None) -> None:
        """Reset the counts, and expect these numbers at every reader.

        Args:
            expect: how many readers to expect them at (default: all that are connected now).
        """
        words: dict[str, object] = {"first": first, "last": last}
        self._ask("arm", words if expect is None else words | {"expect": expect}, 30.0)

    def publish(self, served: Served, first: int, last: int, **publishing: int) -> None:
        """Make the server publish some numbers; the clock of each starts now."""
        at = time.monotonic_ns()
        served.publish(range(first, last + 1), **publishing)
        self._spoken.say(*(f"published seq={n} at={at}" for n in range(first, last + 1)))

    def wait(self, number: int, seconds: float) -> dict[str, Any]:
        """Wait until every reader has a number, or for `seconds`; return the counts."""
        return self._ask("wait", {"seq": number, "timeout": round(seconds * 1000)}, seconds)

    def report(self) -> dict[str, Any]:
        """Return the counts and times of the expected numbers."""
        return self._ask("report", {}, 60.0)

    def http(
        self, port: int, path: str, count: int, seconds: float, *, once: bool = False
    ) -> dict[str, Any]:
        """Request a page on persistent connections for some seconds, or once on each connection."""
        words = {"n": count, "port": port, "path": path, "ms": round(seconds * 1000)}
        return self._ask("http", words | {"once": int(once)}, seconds)

    def _ask(self, command: str, words: Mapping[str, object], seconds: float) -> dict[str, Any]:
        line = " ".join([command, *(f"{name}={value}" for name, value in words.items())])
        return self._spoken.ask(line, seconds + GRACE)


def speaks_ours(served: Served) -> bool:
    """Return whether a server speaks `stoppress.v1`, and so tells a reader that it is live."""
    return served.path.startswith("/live/ws")
