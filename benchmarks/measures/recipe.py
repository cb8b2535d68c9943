"""Compare with the plain recipe at sizes it can handle: CPU at 1,000 readers, time at 5,000."""

from dataclasses import replace
from typing import Any

from benchmarks.stage import Setting, each, staged

from . import fan_out

NAMES = ("fast", "portable", "recipe-daphne", "recipe-uvicorn")
# Seconds after which an article that has not reached its last reader counts as never delivered.
PATIENCE = 60.0
# Handshakes at once: few, since a burst of handshakes is not measured here.
FLIGHT = 32


def run(setting: Setting) -> dict[str, Any]:
    """Measure one round at both sizes."""
    few, many = setting.some(1000, 200), setting.some(5000, setting.readers)
    return {
        "cpu": _at(setting, few, setting.some(10, 5)),
        "last": _at(setting, many, 3),
    }


def _at(setting: Setting, readers: int, events: int) -> dict[str, Any]:
    bounded = replace(setting, seconds=PATIENCE)

    def one(name: str) -> dict[str, Any]:
        with staged(bounded, name) as stage:
            return fan_out.measure(stage, readers, events, 0, FLIGHT)

    return each(bounded, NAMES, one)
