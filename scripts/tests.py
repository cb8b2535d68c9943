"""Run every Python test, in three lanes side by side, since most tests wait for servers and timers.

The first lane runs most tests on SQLite, the second those that wait most, for a browser or another
program. The third runs the tests on PostgreSQL, and then some of the whole site on SQLite. All
three take about the same time. Each run uses its own data, servers and ports.
"""

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PYTEST = [sys.executable, "-m", "pytest"]
SITE = Path("tests/site")
WAITING = [
    *(f"tests/{part}" for part in ("browser", "cli", "conformance", "drill", "fuzz", "rfc6455")),
    *(f"{SITE}/{part}" for part in ("processes", "serving")),
]
WHOLE_SITE = sorted(str(file) for file in SITE.glob("test_[m-z]*.py"))


def without(*parts: str) -> list[str]:
    return [f"--ignore={part}" for part in parts]


LANES = (
    [[*PYTEST, *without(*WAITING, *WHOLE_SITE)]],
    [[*PYTEST, *WAITING]],
    [[*PYTEST, "--backend", "postgres"], [*PYTEST, *WHOLE_SITE]],
)


def main() -> int:
    failed: list[str] = []
    first, *others = LANES
    aside = [threading.Thread(target=run_aside, args=(lane, failed)) for lane in others]
    for lane in aside:
        lane.start()
    for command in first:
        note(command, subprocess.run(command).returncode, failed)
    for lane in aside:
        lane.join()
    for words in failed:
        print(f"Failed: {words}")
    return 1 if failed else 0


def run_aside(commands: list[list[str]], failed: list[str]) -> None:
    """Run commands one after another; show each one's output once it has ended."""
    for command in commands:
        with tempfile.TemporaryFile("w+") as output:
            began = time.monotonic()
            status = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
            output.seek(0)
            took = time.monotonic() - began
            print(f"\n=== in {took:.0f} s: {' '.join(command[1:])}\n{output.read()}", flush=True)
        note(command, status, failed)


def note(command: list[str], status: int, failed: list[str]) -> None:
    if status:
        failed.append(" ".join(command[1:]))


if __name__ == "__main__":
    sys.exit(main())
