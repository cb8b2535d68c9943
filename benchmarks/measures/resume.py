"""A reconnect storm: all readers come back at once, and each resumes 50 events behind."""

from typing import Any

from benchmarks.stage import OURS, Setting, each, faults, staged

BEHIND = 50
FLIGHT = 2000
"""Handshakes at once: as many as the server's backlog takes without the kernel dropping any."""


def run(setting: Setting) -> dict[str, Any]:
    """Measure one round, on a server that has just started and has no events in memory."""

    def one(name: str) -> dict[str, Any]:
        with staged(setting, name) as stage:
            served, load = stage.served, stage.load
            stage.warm()
            cursor = served.cursor()
            first, last = stage.numbers(BEHIND)
            served.commit(range(first, last + 1))
            served.restart()
            before = served.reads()
            load.arm(first, last, expect=setting.readers)
            opened = load.open(
                served, setting.readers, path=f"{served.path}@{cursor}", flight=FLIGHT
            )
            load.wait(last, setting.seconds)
            told = load.report()
            after = served.reads()
            reads = {kind: after[kind] - before.get(kind, 0.0) for kind in after}
            return {
                "readers": setting.readers,
                "open_seconds": opened["open_ns"] / 1e9,
                "seconds": opened["live_ns"] / 1e9,
                "reads": reads,
                "faults": faults(told),
            }

    return each(setting, OURS, one)
