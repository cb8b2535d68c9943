"""Idle readers: the CPU cost of heartbeats, pings and their answers while nothing is published."""

import time
from typing import Any

from benchmarks import machine
from benchmarks.stage import OURS, Setting, Stage, each, staged

# A whole number of heartbeats: a window of two and a half would contain two or three.
BEATS = 3


def run(setting: Setting) -> dict[str, Any]:
    """Measure one round: first with readers that send `applied`, then with readers that do not."""
    heartbeat = setting.some(25, 2)

    def one(name: str) -> dict[str, Any]:
        with staged(setting, name, {"STOPPRESS_HEARTBEAT": str(heartbeat)}) as stage:
            stage.load.open(stage.served, setting.readers, applied=True)
            stage.deliver(3)
            # Wait for one heartbeat, so that every further one goes to all readers.
            time.sleep(heartbeat)
            result: dict[str, Any] = {"readers": setting.readers, "heartbeat": heartbeat}
            result["applied"] = _window(stage, heartbeat * BEATS)
            stage.load.change(applied=False)
            result["pongs"] = _window(stage, heartbeat * BEATS)
            result["faults"] = _silent(result, setting.readers)
            return result

    return each(setting, OURS, one)


def _window(stage: Stage, seconds: float) -> dict[str, Any]:
    pids, before = stage.served.pids(), stage.load.readers()
    begun, cpu = time.monotonic(), machine.cpu_ns(pids)
    time.sleep(seconds)
    span = time.monotonic() - begun
    share = (machine.cpu_ns(pids) - cpu) / 1e9 / span
    after = stage.load.readers()
    counts = {name: after[name] - before[name] for name in ("pings", "heartbeats", "applied")}
    return {"share": share, "seconds": span, "ended": after["ended"], **counts}


def _silent(result: dict[str, Any], readers: int) -> list[str]:
    """Return in words which heartbeats or pings were too few for the idle readers."""
    least = readers * (BEATS - 1)
    words = []
    for way in ("applied", "pongs"):
        window = result[way]
        # The fast path does not ping a reader that answers heartbeats.
        heard = ("heartbeats",) if way == "applied" else ("pings", "heartbeats")
        words += [
            f"{way}: only {window[name]} {name} in {BEATS} beats of {readers} readers"
            for name in heard
            if window[name] < least
        ]
        if window["ended"]:
            words.append(f"{way}: {window['ended']} readers whose connection ended")
    if result["applied"]["applied"] < least:
        words.append(f"only {result['applied']['applied']} answers to heartbeats")
    return words
