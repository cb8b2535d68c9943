"""Fan-out: CPU per delivered message, publish to last reader, bursts, memory, connects."""

from typing import Any

from benchmarks import machine
from benchmarks.load.generator import HANDSHAKES
from benchmarks.stage import WARM_EVENTS, Setting, Stage, each, staged

NAMES = ("sendloop", "fast", "portable", "nchan", "node-ws")
OUTSTANDING = 8


def run(setting: Setting) -> dict[str, Any]:
    """Measure one round of all that can hold so many readers."""
    paced, burst = setting.some(30, 10), setting.some(48, 16)
    return each(setting, NAMES, lambda name: _one(setting, name, paced, burst))


def _one(setting: Setting, name: str, paced: int, burst: int) -> dict[str, Any]:
    with staged(setting, name) as stage:
        return measure(stage, setting.readers, paced, burst)


def measure(
    stage: Stage, readers: int, paced: int, burst: int, flight: int = HANDSHAKES
) -> dict[str, Any]:
    """Return the samples of one server with so many readers.

    Args:
        paced: events that are published one at a time.
        burst: events of which 8 are always under way; 0 leaves that out.
        flight: handshakes under way at once.
    """
    served = stage.served
    stage.warm()
    memory, cpu = machine.memory(served.pids()), machine.cpu_ns(served.pids())
    opened = stage.load.open(served, readers, flight=flight)
    connecting = machine.cpu_ns(served.pids()) - cpu
    stage.deliver(WARM_EVENTS)
    grown = machine.memory(served.pids()) - memory
    slow = stage.deliver(paced)
    fast = stage.burst(burst, OUTSTANDING) if burst else None
    result: dict[str, Any] = {
        "readers": readers,
        "connects_per_second": readers / (opened["open_ns"] / 1e9),
        "live_per_second": readers / (opened["live_ns"] / 1e9) if opened["live_ns"] else None,
        "connect_cpu_us": connecting / readers / 1e3,
        "memory_per_reader": grown / readers,
        "cpu_us": [used / readers / 1e3 for used in slow["cpu_ns"]],
        "last_ms": [event["last"] / 1e6 for event in slow["events"]][: len(slow["cpu_ns"])],
        "p50_ms": slow["p50"] / 1e6,
        "p99_ms": slow["p99"] / 1e6,
        "faults": slow["faults"],
    }
    if fast is not None:
        delivered = sum(event["count"] for event in fast["events"])
        result["burst_per_second"] = delivered / (fast["span"] / 1e9)
        # Where this is near nothing the load generator was the bottleneck, and not the server.
        result["load_waited"] = fast["waited"] / fast["span"]
        result["burst_cpu_us"] = fast["cpu_ns"][0] / max(1, delivered) / 1e3
        result["faults"] = slow["faults"] + fast["faults"]
    return result
