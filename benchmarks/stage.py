"""A stage: one server under test with its load, as all measurements use it."""

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
# Seconds after the last arrival in which a server cleans up; this counts as its CPU time too.
SETTLE = 0.01


@dataclass(frozen=True)
class Setting:
    """The settings of a run: its size, its length, its servers, and the folder for its files."""

    folder: Path
    readers: int = 10_000
    quick: bool = False
    servers: tuple[str, ...] = SERVERS
    turn: int = 0
    """The number of the round; each round begins with another server."""
    cpus: tuple[set[int], set[int]] = field(default_factory=machine.cpus)
    """The CPUs of the server under test, and those of the load and everything else."""
    seconds: float = 60.0
    """The longest time for one event to reach all readers, in seconds."""

    def some(self, many: int, few: int) -> int:
        """Return `few` on a quick run, else `many`."""
        return few if self.quick else many


@dataclass
class Stage:
    """One server under test and the load generator; hands out event numbers to publish."""

    served: Served
    load: Load
    setting: Setting
    _next: int = field(default=1)

    def numbers(self, count: int) -> tuple[int, int]:
        """Return the first and the last of `count` numbers that were not published yet."""
        first, self._next = self._next, self._next + count
        return first, self._next - 1

    def warm(self) -> None:
        """Let the server serve a few readers and events, so that lazily loaded code is loaded."""
        self.load.open(self.served, WARM_READERS, group=9)
        self.deliver(WARM_EVENTS)
        self.load.close(9)

    def deliver(self, count: int, **publishing: int) -> dict[str, Any]:
        """Publish some events, one at a time, and return the report on them.

        Args:
            publishing: further arguments for `publish` of one of our servers.
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
                break  # the remaining events would wait as long
        return self._report(len(cpu)) | {"cpu_ns": cpu}

    def burst(self, count: int, outstanding: int) -> dict[str, Any]:
        """Publish some events so that `outstanding` of them are always on their way."""
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
        """Return the report on the published events; unpublished ones do not count as missing."""
        told = self.load.report()
        events, expected = told["events"][:published], told["expected"]
        missing = sum(max(0, expected - event["count"]) for event in events)
        told |= {"events": events, "missing": missing}
        late = sum(event["count"] < expected for event in events)
        return {**told, "late": late, "faults": faults(told)}


def faults(told: dict[str, Any]) -> list[str]:
    """Return the faults of a delivery in words; empty if every reader got each event once."""
    words = {
        "missing": "events that did not reach a reader in time",
        "duplicates": "events that a reader got twice",
        "gaps": "events that a reader got out of order, or not at all",
        "lost": "readers whose connection ended",
    }
    return [f"{told[name]} {what}" for name, what in words.items() if told[name]]


@contextmanager
def staged(setting: Setting, name: str, env: dict[str, str] | None = None) -> Iterator[Stage]:
    """Start a server and a load generator for one measurement, and stop both afterwards.

    Args:
        env: variables to add to the environment of one of our servers.
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
    """Limit the time of the enclosed code, in the main thread.

    Raises:
        CannotRun: the code took longer.
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
    """Measure servers in turn; return each one's sample, or why it failed or is missing."""
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
            # The last line of a process's output says most.
            first, *_, last = [*str(error).splitlines(), ""]
            results[name] = {"failed": f"{first} {last}".strip()}
            print(f" FAILED: {error}", flush=True)
            continue
        results[name]["foreign_cores"] = foreign.cores()
        print(f" {time.monotonic() - begun:.0f} s, {foreign.cores():.2f} foreign cores", flush=True)
    return results
