"""Run the benchmarks in rounds, and write `benchmarks/results/latest.json`, a table and a chart.

Each round measures every server once, in turn, so that other load on the machine affects all of
them equally. The figures are medians over rounds, and ratios within one round.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import chart, live_story, machine, publish_to_page, table
from .faults import faults
from .measures import fan_out, herd, hold, idle, recipe, resume, slow_reader
from .servers.base import CannotRun
from .stage import SERVERS, Setting, module_of

MEASURES = {
    "fan_out": fan_out.run,
    "recipe": recipe.run,
    "idle": idle.run,
    "hold": hold.run,
    "slow_reader": slow_reader.run,
    "resume": resume.run,
    "herd": herd.run,
    "publish_to_page": publish_to_page.run,
    "live_story": live_story.run,
}
ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "latest.json"
TABLE = ROOT / "build" / "bench.md"
QUICK_READERS = 500


def main() -> int:
    """Run all benchmarks, or the named ones; return 1 if our servers or the C loop had a fault."""
    options = _options()
    # End as at Ctrl-C, so that all started processes are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.facts(),
        "readers": options.readers,
        "quick": options.quick,
        "rounds": [],
    }
    cpus = machine.cpus()
    os.sched_setaffinity(0, cpus[1])
    _name_missing(options.servers)
    with tempfile.TemporaryDirectory(prefix="stoppress-bench-") as folder:
        for turn in range(options.rounds):
            setting = Setting(
                Path(folder), options.readers, options.quick, tuple(options.servers), turn, cpus
            )
            _round(setting, options, results)
    _show(results, options)
    return 1 if faults(results) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--rounds", type=int, metavar="N", help="default: 3, and 1 when quick")
    parser.add_argument("--readers", type=int, metavar="N", help="default: 10000")
    parser.add_argument("--quick", action="store_true", help="500 readers, and a few of everything")
    parser.add_argument("--servers", metavar="A,B", help=f"default: all, {','.join(SERVERS)}")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    parser.add_argument("--table", type=Path, default=TABLE, metavar="FILE")
    parser.add_argument("--chart", type=Path, default=None, metavar="FILE", help="default: none")
    options = parser.parse_args()
    options.readers = options.readers or (QUICK_READERS if options.quick else 10_000)
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.names = options.names or list(MEASURES)
    options.servers = options.servers.split(",") if options.servers else list(SERVERS)
    for given, known in ((options.names, MEASURES), (options.servers, SERVERS)):
        if unknown := set(given) - set(known):
            parser.error(f"there is no {', '.join(sorted(unknown))}: there are {', '.join(known)}")
    return options


def _name_missing(servers: list[str]) -> None:
    for name in servers:
        if why := module_of(name).missing():
            print(f"{name} WILL NOT BE MEASURED: {why}", flush=True)


def _round(setting: Setting, options: argparse.Namespace, results: dict[str, Any]) -> None:
    measured: dict[str, Any] = {}
    results["rounds"].append(measured)
    for name in options.names:
        print(f"round {setting.turn + 1} of {options.rounds}: {name}", flush=True)
        begun = time.monotonic()
        try:
            measured[name] = MEASURES[name](setting)
        except CannotRun as error:
            print(f"  FAILED: {error}", flush=True)
            measured[name] = {"failed": str(error)}
        measured.setdefault("seconds", {})[name] = round(time.monotonic() - begun, 1)
        # Write after each measurement, so that a later failure loses nothing.
        options.results.parent.mkdir(parents=True, exist_ok=True)
        options.results.write_text(json.dumps(results, indent=1) + "\n")


def _show(results: dict[str, Any], options: argparse.Namespace) -> None:
    told = table.markdown(results)
    options.table.parent.mkdir(exist_ok=True)
    options.table.write_text(told)
    print(f"\n{told}")
    print(f"Raw results: {options.results}\nThe table: {options.table}")
    if options.chart is not None:
        options.chart.write_text(chart.draw(results))
        print(f"The chart: {options.chart}")


if __name__ == "__main__":
    sys.exit(main())
