"""The whole drill: 28 faults on SQLite, on PostgreSQL, and on PostgreSQL with Redis.

`python -m tests.drill [--only 1,4] [--backends sqlite,postgres,redis] [--fast]` writes its table
to `build/drill.md` and `build/drill.json`.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from stoppress.drill import report
from stoppress.drill.backend import Backend
from stoppress.drill.drilling import drill, end_on_signals
from stoppress.drill.faults import FAULTS
from stoppress.drill.outcome import Outcome
from stoppress.drill.stage import FAST, FULL

from .servers import DrillPostgres, start_redis

BUILD = Path(__file__).parents[2] / "build"
BACKENDS = ("sqlite", "postgres", "redis")


def main() -> int:
    """Run every fault on every backend; return 1 if one failed, 2 if a server is missing."""
    parser = argparse.ArgumentParser("tests.drill")
    parser.add_argument("--only", default="", help="numbers of faults, with commas")
    parser.add_argument("--backends", default=",".join(BACKENDS))
    parser.add_argument("--fast", action="store_true", help="fewer readers, shorter outages")
    options = parser.parse_args()
    numbers = [int(number) for number in options.only.split(",") if number]
    chosen = [fault for fault in FAULTS if not numbers or fault.number in numbers]
    BUILD.mkdir(exist_ok=True)
    end_on_signals()
    outcomes: list[Outcome] = []
    begun = time.monotonic()
    with ExitStack() as ending:
        for backend in _backends(options.backends.split(","), ending):
            for outcome in drill(chosen, backend, FAST if options.fast else FULL):
                outcomes.append(outcome)
                print(report.line(outcome), flush=True)
                _write(outcomes)
    minutes = (time.monotonic() - begun) / 60
    print(f"{report.summary(outcomes)} It took {minutes:.0f} minutes.")
    print(f"The table is in {BUILD / 'drill.md'}.")
    return 1 if any(outcome.verdict == "fail" for outcome in outcomes) else 0


def _backends(names: list[str], ending: ExitStack) -> Iterator[Backend]:
    if "sqlite" in names:
        yield Backend()
    if not {"postgres", "redis"} & set(names):
        return
    postgres = DrillPostgres.begin()
    if postgres is None:
        sys.exit("PostgreSQL is not on this machine: `make services` tells more.")
    ending.callback(postgres.stop)
    if "postgres" in names:
        yield Backend(postgres.url(), None, postgres)
    if "redis" in names:
        redis = start_redis()
        if redis is None:
            sys.exit("Redis is not on this machine: `make services` tells more.")
        ending.callback(redis.stop)
        yield Backend(postgres.url(), redis.url, postgres, redis)


def _write(outcomes: list[Outcome]) -> None:
    (BUILD / "drill.md").write_text(report.table(outcomes))
    told = [outcome.as_json() for outcome in outcomes]
    (BUILD / "drill.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
