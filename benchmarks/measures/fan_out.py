"""Fan-out: CPU per delivered message, publish to last reader, bursts, memory, connects."""

from typing import Any

from benchmarks import machine
from benchmarks.load.generator import HANDSHAKES
from benchmarks.stage import WARM_EVENTS, Setting, Stage, each, staged

NAMES = ("sendloop", "fast", "portable", "nchan", "node-ws")
OUTSTANDING = 8


def run(setting: Setting) -> dict[str, Any]:
    """Measure one round of all servers that can hold this many readers."""
    paced, burst = setting.some(30, 10), setting.some(48, 16)
    return each(setting, NAMES, lambda name: _one(setting, name, paced, burst))


def _one(setting: Setting, name: str, paced: int, burst: int) -> dict[str, Any]:
    with staged(setting, name) as stage:
        return measure(stage, setting.readers, paced, burst)


def measure(
    stage: Stage, readers: int, paced: int, burst: int, flight: int = HANDSHAKES
) -> dict[str, Any]:
    """Return the sample of one server with some number of readers.

    The figures cover the events that all readers got in time. `late` counts the other events,
    which are also listed among the faults.

    Args:
        paced: how many events are published one at a time.
        burst: how many events are published with 8 always on their way; 0 for no burst.
        flight: how many handshakes run at once.
    """
    served = stage.served
    stage.warm()
    memory, cpu = machine.memory(served.pids()), machine.cpu_ns(served.pids())
    opened = stage.load.open(served, readers, flight=flight)
    connecting = machine.cpu_ns(served.pids()) - cpu
    settled = stage.deliver(WARM_EVENTS)
    grown = machine.memory(served.pids()) - memory
    # If a server has not delivered the first events yet, the others would be late too.
    slow = settled if settled["late"] else stage.deliver(paced)
    fast = stage.burst(burst, OUTSTANDING) if burst and not slow["late"] else None
    paid = zip(slow["events"], slow["cpu_ns"], strict=True)
    came = [(event, cpu) for event, cpu in paid if 0 < slow["expected"] <= event["count"]]
    faults = [*_gone(readers - slow["expected"]), *slow["faults"]]
    result: dict[str, Any] = {
        "readers": readers,
        "connects_per_second": readers / (opened["open_ns"] / 1e9),
        "live_per_second": readers / (opened["live_ns"] / 1e9) if opened["live_ns"] else None,
        "connect_cpu_us": connecting / readers / 1e3,
        "memory_per_reader": grown / readers,
        "cpu_us": [cpu / event["count"] / 1e3 for event, cpu in came],
        "last_ms": [event["last"] / 1e6 for event, _ in came],
        "late": slow["late"],
        "patience": stage.setting.seconds,
        "faults": faults,
    }
    if not slow["late"]:  # otherwise the figures would be of the reached readers only
        result |= {"p50_ms": slow["p50"] / 1e6, "p99_ms": slow["p99"] / 1e6}
    if fast is not None:
        delivered = sum(event["count"] for event in fast["events"])
        result["burst_per_second"] = delivered / (fast["span"] / 1e9)
        # If this is near 0, the load generator was the bottleneck, not the server.
        result["load_waited"] = fast["waited"] / fast["span"]
        result["burst_cpu_us"] = fast["cpu_ns"][0] / max(1, delivered) / 1e3
        result["faults"] = faults + fast["faults"]
    return result


def _gone(readers: int) -> list[str]:
    return [f"{readers} readers whose connection had ended before"] if readers > 0 else []
