"""The longest time that the event loop is blocked while an article goes to all readers.

It is measured in two ways:

- inside the server: how late a timer of 1 ms fires (`benchmarks/servers/watched`);
- outside: the slowest response of /healthz, compared with the slowest one without publishing. Such
  a response takes several turns of the event loop and a thread.
"""

import time
from typing import Any

from benchmarks.load.probe import Probe
from benchmarks.servers.watched import client as watched
from benchmarks.stage import OURS, Setting, Stage, each, staged

WARM_SECONDS = 1.0
QUIET_SECONDS = 3.0


def run(setting: Setting) -> dict[str, Any]:
    """Measure one round."""
    events = setting.some(20, 8)

    def one(name: str) -> dict[str, Any]:
        with staged(setting, name, watched.ENVIRONMENT) as stage:
            stage.load.open(stage.served, setting.readers)
            stage.deliver(3)
            return {"readers": setting.readers, **_outside(stage, events), **_inside(stage, events)}

    return each(setting, OURS, one)


def _outside(stage: Stage, events: int) -> dict[str, Any]:
    _, cpus = stage.setting.cpus
    with Probe(stage.setting.folder, cpus, stage.served.port) as probe:
        probe.start()
        time.sleep(WARM_SECONDS)
        probe.stop()
        probe.start()
        time.sleep(QUIET_SECONDS)
        quiet = probe.stop()
        probe.start()
        told = stage.deliver(events)
        busy = probe.stop()
    return {
        "faults": told["faults"],
        "healthz_quiet_ms": {key: quiet[key] / 1e6 for key in ("p50", "p99", "max")},
        "healthz_ms": {key: busy[key] / 1e6 for key in ("p50", "p99", "max")},
        "healthz_answers": busy["answers"],
    }


def _inside(stage: Stage, events: int) -> dict[str, Any]:
    watched.begin()
    time.sleep(QUIET_SECONDS)
    quiet = watched.tell()
    watched.begin()
    told = stage.deliver(events)
    busy = watched.tell()
    return {
        "faults_ticking": told["faults"],
        "hold_quiet_ms": quiet["held_ms"],
        "hold_ms": busy["held_ms"],
        "hold_p99_ms": busy["held_p99_ms"],
        "worked_ms": busy["worked_ms"],
        "ticks": busy["ticks"],
    }
