"""A stage: one server under test and the load on it; what every measurement does alike."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from . import machine
from .load.generator import Load
from .servers import ours
from .servers.base import CannotRun, Served

MODULES = {
    "sendloop": "sendloop",
    "nchan": "nchan",
    "node-ws": "node_ws",
    "recipe-daphne": "tutorial_daphne",
    "recipe-uvicorn": "tutorial_uvicorn",
}
OURS = ("fast", "portable")
SERVERS = ("sendloop", *OURS, "nchan", "node-ws", "recipe-daphne", "recipe-uvicorn")

LONGEST = 900.0
"""Seconds that one measurement of one server may take."""
WARM_READERS = 50
WARM_EVENTS = 3
# Seconds after the last arrival in which a server tidies up, which is its CPU too.
SETTLE = 0.01


@dataclass(frozen=True)
class Setting:
    """What a run is: how large, how long, on which servers, and where its files go."""

    folder: Path
    readers: int = 10_000
    quick: bool = False
    servers: tuple[str, ...] = SERVERS
    turn: int = 0
    """Which round it is: each begins with another server."""
    cpus: tuple[set[int], set[int]] = field(default_factory=machine.cpus)
    """Those of the server under test, and those of the load and all else."""
    seconds: float = 60.0
    """How long all readers may take to get one event."""

    def some(self, many: int, few: int) -> int:
        """Return how many of something: few on a quick run."""
        return few if self.quick else many


@dataclass
class Stage:
    """One server under test, numbers to publish, and the load generator."""

    served: Served
    load: Load
    setting: Setting
    _next: int = field(default=1)

    def numbers(self, count: int) -> tuple[int, int]:
        """Return the first and the last of some numbers that were not published yet."""
        first, self._next = self._next, self._next + count
        return first, self._next - 1

    def warm(self) -> None:
        """Have the server see readers and events once, so that what is loaded late is there."""
        self.load.open(self.served, WARM_READERS, group=9)
        self.deliver(WARM_EVENTS)
        self.load.close(9)

    def deliver(self, count: int, **publishing: int) -> dict[str, Any]:
        """Publish some events, one at a time, and return how each went.

        Args:
            publishing: what `publish` is given besides, of a server of ours.
        """
        first, last = self.numbers(count)
        self.load.arm(first, last)
        cpu = []
        for number in range(first, last + 1):
            before = machine.cpu_ns(self.served.pids())
            self.load.publish(self.served, number, number, **publishing)
            told = self.load.wait(number, self.setting.seconds)
            time.sleep(SETTLE)
            cpu.append(machine.cpu_ns(self.served.pids()) - before)
            if told["count"] < told["expected"]:
                break  # the rest would only wait as long again
        return self._report(len(cpu)) | {"cpu_ns": cpu}

    def burst(self, count: int, outstanding: int) -> dict[str, Any]:
        """Publish some events so that a number of them is always under way."""
        first, last = self.numbers(count)
        self.load.arm(first, last)
        before = machine.cpu_ns(self.served.pids())
        latest = min(last, first + outstanding - 1)
        self.load.publish(self.served, first, latest)
        for number in range(first, last + 1):
            told = self.load.wait(number, self.setting.seconds)
            if told["count"] < told["expected"]:
                break
            if latest < last:
                latest += 1
                self.load.publish(self.served, latest, latest)
        time.sleep(SETTLE)
        used = machine.cpu_ns(self.served.pids()) - before
        return self._report(latest - first + 1) | {"cpu_ns": [used]}

    def _report(self, published: int) -> dict[str, Any]:
        """Return how so many events went. What was never published did not fail to arrive."""
        told = self.load.report()
        events, expected = told["events"][:published], told["expected"]
        missing = sum(max(0, expected - event["count"]) for event in events)
        told |= {"events": events, "missing": missing}
        late = sum(event["count"] < expected for event in events)
        return {**told, "late": late, "faults": faults(told)}


def faults(told: dict[str, Any]) -> list[str]:
    """Return in words what was wrong with a delivery; nothing, if every reader got all once."""
    words = {
        "missing": "events that did not reach a reader in time",
        "duplicates": "events that a reader got twice",
        "gaps": "events that a reader got out of order, or not at all",
        "lost": "readers whose connection ended",
    }
    return [f"{told[name]} {what}" for name, what in words.items() if told[name]]


@contextmanager
def staged(setting: Setting, name: str, env: dict[str, str] | None = None) -> Iterator[Stage]:
    """Give a server, started for this alone, and the load on it; nothing of it stays.

    Args:
        env: laid over the environment of a server of ours.
    """
    folder = setting.folder / f"{name}-{time.monotonic_ns()}"
    folder.mkdir()
    server_cpus, load_cpus = setting.cpus
    served: Served
    if name in OURS:
        served = ours.Ours(name, folder, server_cpus, load_cpus, env)
    else:
        served = module_of(name).start(folder, server_cpus)
    try:
        with Load(folder, load_cpus) as load:
            yield Stage(served, load, setting)
    finally:
        served.stop()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Bound what runs within, in the main thread.

    Raises:
        CannotRun: it took longer.
    """

    def over(*_: object) -> None:
        raise CannotRun(f"the measurement took over {seconds:g} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def module_of(name: str) -> Any:
    """Return the module that starts a server."""
    return ours if name in OURS else import_module(f"{__package__}.servers.{MODULES[name]}")


def each(
    setting: Setting, names: tuple[str, ...], measure: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    """Measure servers in turn, and return the result of each: that it failed, in words, too."""
    results: dict[str, Any] = {}
    asked = [name for name in names if name in setting.servers]
    begin = setting.turn % len(asked) if asked else 0
    for name in asked[begin:] + asked[:begin]:
        print(f"  {name} …", end="", flush=True)
        if why := module_of(name).missing():
            results[name] = {"missing": why}
            print(f" NOT MEASURED: {why}", flush=True)
            continue
        begun, foreign = time.monotonic(), machine.Foreign()
        try:
            with at_most(LONGEST):
                results[name] = measure(name)
        except CannotRun as error:
            # A process' last words come last.
            first, *_, last = [*str(error).splitlines(), ""]
            results[name] = {"failed": f"{first} {last}".strip()}
            print(f" FAILED: {error}", flush=True)
            continue
        results[name]["foreign_cores"] = foreign.cores()
        print(f" {time.monotonic() - begun:.0f} s, {foreign.cores():.2f} foreign cores", flush=True)
    return results
