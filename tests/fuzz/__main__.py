"""Fuzz the door for minutes: `make fuzz`, or `python -m tests.fuzz --minutes 10 --workers 2`."""

import argparse
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

from .doors import Door, behind_nginx, echo, site
from .find import Find
from .fuzzer import Fuzzer
from .resources import check_back, held

# Examples for each door in one round.
EXAMPLES = 60
# Rounds after which a server's memory and descriptors no longer grow.
WARM = 3


def main() -> int:
    """Fuzz every door in turn until the time is over; return 1 if there was a find."""
    parser = argparse.ArgumentParser("python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--portable", action="store_true", help="without the fast path")
    parser.add_argument("--seed", type=int, help="seed of the first round, as a find prints it")
    parser.add_argument("--doors", default="echo,site,nginx", help="some of echo,site,nginx")
    options = parser.parse_args()
    seed = int(time.time()) % 10**6 * 1000 if options.seed is None else options.seed
    path = "portable" if options.portable else "fast"
    print(f"fuzz: {path} path, {options.workers} workers, from seed {seed} on", flush=True)
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="stoppress-fuzz-")))
        doors = opened(running, folder, options.doors.split(","), options.workers, options.portable)
        return fuzz(doors, seed, options.minutes * 60)


def opened(
    running: ExitStack, folder: Path, names: list[str], workers: int, portable: bool
) -> list[Door]:
    """Start the servers that are named."""
    doors = []
    if "echo" in names or "nginx" in names:
        doors.append(running.enter_context(echo(folder, workers, portable)))
    if "nginx" in names:
        proxied = running.enter_context(behind_nginx(doors[0], folder))
        if proxied is None:
            print("nginx is not on this machine: nothing is fuzzed behind it", flush=True)
        else:
            doors.append(proxied)
    if "site" in names:
        doors.append(running.enter_context(site(folder, workers, portable)))
    return [door for door in doors if door.name != "echo" or "echo" in names]


def fuzz(doors: list[Door], seed: int, seconds: float) -> int:
    """Play rounds, then check that the server has released all resources."""
    fuzzers = {door: Fuzzer(door) for door in doors}
    before = {}
    ends = time.monotonic() + seconds
    rounds = 0
    try:
        while rounds < WARM or time.monotonic() < ends:
            for door, fuzzer in fuzzers.items():
                try:
                    fuzzer.run(EXAMPLES, seed + rounds, floods_too=door.name == "site")
                    door.check_log()
                except (Find, BaseExceptionGroup) as error:
                    print(f"\nfind at {door.name}, --seed {seed + rounds}:", flush=True)
                    traceback.print_exception(error, limit=-1, chain=False)
                    return 1
            rounds += 1
            if rounds == WARM:
                before = {door: held(door.pids) for door in doors}
    finally:
        for fuzzer in fuzzers.values():
            fuzzer.close()
    status = 0
    for door, fuzzer in fuzzers.items():
        print(
            f"{door.name}: {fuzzer.scripts} scripts, {fuzzer.requests} requests,"
            f" {fuzzer.polls} polls of the victim, no find"
        )
        try:
            print(
                f"  {before[door]} after {WARM} rounds, {check_back(door.pids, before[door])} now"
            )
        except Find as error:
            print(f"  {error}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
