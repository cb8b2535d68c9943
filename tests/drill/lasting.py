"""Watch a server's memory while readers follow the news for a long time.

`python -m tests.drill.lasting [--readers 400] [--minutes 20] [--rate 2]` starts PostgreSQL and a
server of two processes, and prints the memory of these each minute. It fails if they grow by more
than `MOST` after the first five minutes, or if a reader differs from the log.
"""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from stoppress.drill.audience import Audience
from stoppress.drill.backend import Backend
from stoppress.drill.deployment import Deployment
from stoppress.drill.history import heads
from stoppress.drill.judge import judge

from .servers import DrillPostgres

WARM_MINUTES = 5
# Of the memory after the first five minutes.
MOST = 0.03


def main() -> int:
    """Run it; return 1 if memory grew, or a reader differs from the log."""
    parser = argparse.ArgumentParser("tests.drill.lasting")
    parser.add_argument("--readers", type=int, default=400)
    parser.add_argument("--minutes", type=int, default=20)
    parser.add_argument("--rate", type=float, default=2.0, help="articles a second")
    options = parser.parse_args()
    with ExitStack() as ending:
        postgres = DrillPostgres.begin()
        if postgres is None:
            sys.exit("PostgreSQL is not on this machine: `make services` tells more.")
        ending.callback(postgres.stop)
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="stoppress-long-")))
        database = ending.enter_context(Backend(postgres.url(), "").scratch())
        server = Deployment(folder, database)
        ending.callback(server.end)
        server.open()
        audience = Audience(folder, server.env)
        ending.callback(audience.end)
        audience.join(options.readers, [server.url], server.asks())
        audience.until_joined(seconds=60)
        seconds = options.minutes * 60
        press = server.publish(round(seconds * options.rate), "--over", str(seconds))
        memory = [pss(server)]
        for minute in range(1, options.minutes + 1):
            time.sleep(60)  # the measure's own clock
            memory.append(pss(server))
            print(f"{minute:>3} min  {memory[-1] / 2**20:7.1f} MiB", flush=True)
        press.finish()
        histories = server.histories()
        there = audience.until_at(heads(histories), 30)
        found = judge(audience.records(), histories, resets=())
    warm = memory[min(WARM_MINUTES, options.minutes)]
    grown = memory[-1] / warm - 1
    equal = there and found.clean
    print(f"grown by {grown:+.1%} since minute {WARM_MINUTES}; equal to the log: {equal}")
    print(*found.words, sep="\n")
    return 0 if equal and grown <= MOST else 1


def pss(server: Deployment) -> int:
    """Return the bytes of the worker processes; what they share counts in part for each."""
    total = 0
    for pid in server.workers_pids():
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return total * 1024


if __name__ == "__main__":
    sys.exit(main())
