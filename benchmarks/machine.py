"""The machine: its hardware and software, and the CPU time and memory of processes."""

import ctypes
import os
import platform
import time
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
PACKAGES = (
    "stop-press",
    "django",
    "channels",
    "channels-redis",
    "uvicorn",
    "uvloop",
    "websockets",
    "httptools",
    "daphne",
    "redis",
)
TICKS = os.sysconf("SC_CLK_TCK")


def cpus() -> tuple[set[int], set[int]]:
    """Return the CPU for the server and the CPU for the rest; they are the same if there is one."""
    first, *rest = sorted(os.sched_getaffinity(0))
    return {first}, {rest[0] if rest else first}


def cpu_ns(pids: Iterable[int]) -> int:
    """Return the CPU time that processes have used so far, in nanoseconds."""
    return sum(map(_cpu_ns, pids))


def _cpu_ns(pid: int) -> int:
    clock = ctypes.c_int()
    if error := _libc.clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise ProcessLookupError(error, f"process {pid} has ended")
    return time.clock_gettime_ns(clock.value)


def memory(pids: Iterable[int]) -> int:
    """Return the bytes that processes have in memory (RSS)."""
    page = os.sysconf("SC_PAGE_SIZE")
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page for pid in pids)


class Foreign:
    """Measures how many cores other programs use, from its creation on."""

    def __init__(self) -> None:
        self._begun, self._busy, self._ours = time.monotonic(), _busy(), _family_seconds()

    def cores(self) -> float:
        """Return the average number of cores that other programs have used so far."""
        used = _busy() - self._busy - (_family_seconds() - self._ours)
        return round(max(0.0, used / (time.monotonic() - self._begun)), 3)


def facts() -> dict[str, object]:
    """Return the hardware and software that the figures depend on; nothing names the machine."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "cpu": _cpu_model(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES if _installed(name)},
    }


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def _cpu_model() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _busy() -> float:
    """Return the busy seconds of all CPUs together since the system's start."""
    line = Path("/proc/stat").read_text().partition("\n")[0]
    user, nice, system, _, _, irq, softirq, *_ = map(int, line.split()[1:])
    return (user + nice + system + irq + softirq) / TICKS


def _family_seconds() -> float:
    """Return the CPU seconds of this process and all its descendants."""
    times: dict[int, int] = {}
    parents: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        pid = int(place.parent.name)
        parents[pid] = int(told[1])
        times[pid] = sum(map(int, told[11:15]))  # its own, and of those it has waited for
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(times.get(pid, 0) for pid in family) / TICKS
