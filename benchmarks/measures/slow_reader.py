"""One reader that never reads: the other readers' latency, and the memory held for that reader.

The articles are large, so that they fill the kernel's buffers and the server has to react.
"""

from typing import Any

from benchmarks import machine
from benchmarks.stage import OURS, Setting, Stage, each, staged

READERS = 200
BYTES = 60_000
SLOW = 1
"""The group of the reader that never reads."""


def run(setting: Setting) -> dict[str, Any]:
    """Measure pairs in turns on one server: with and without such a reader."""
    pairs, events, fill = setting.some(5, 2), setting.some(120, 100), setting.some(1100, 50)

    def one(name: str) -> dict[str, Any]:
        with staged(setting, name) as stage:
            _fill_memory(stage, fill)
            stage.load.open(stage.served, READERS)
            stage.deliver(10, size=BYTES)
            return {
                "readers": READERS,
                "pairs": [_pair(stage, events, turn % 2 == 0) for turn in range(pairs)],
            }

    return each(setting, OURS, one)


def _fill_memory(stage: Stage, events: int) -> None:
    """Fill the server's memory of events up to its limit, so that it grows no further."""
    stage.load.open(stage.served, 1, group=9)
    for _ in range(0, events, 50):
        first, last = stage.numbers(50)
        stage.load.arm(first, last)
        stage.load.publish(stage.served, first, last, size=BYTES)
        stage.load.wait(last, stage.setting.seconds)
    stage.load.close(9)


def _pair(stage: Stage, events: int, slow_first: bool) -> dict[str, Any]:
    sides = [True, False] if slow_first else [False, True]
    told = {slow: _side(stage, events, slow) for slow in sides}
    return {"with": told[True], "without": told[False], "slow_first": slow_first}


def _side(stage: Stage, events: int, slow: bool) -> dict[str, Any]:
    pids = stage.served.pids()
    before = machine.memory(pids)
    if slow:
        stage.load.open(stage.served, 1, group=SLOW, deaf=True)
    told = stage.deliver(events, size=BYTES)
    grown = machine.memory(pids) - before
    if slow:
        stage.load.close(SLOW)
    return {"p99_ms": told["p99"] / 1e6, "grown": grown, "faults": told["faults"]}
