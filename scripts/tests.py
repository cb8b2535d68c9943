"""Run every Python test, in two lanes side by side, since most tests wait for servers and timers.

The first lane runs most tests on SQLite. The second runs the tests that wait most (for a browser
or another program), and then the tests on PostgreSQL. Both take about the same time. Each run uses
its own data, servers and ports.
"""

import subprocess
import sys
import tempfile
import threading
import time

PYTEST = [sys.executable, "-m", "pytest"]
APART = [f"tests/{part}" for part in ("browser", "cli", "conformance", "drill", "fuzz", "rfc6455")]
LANES = (
    [[*PYTEST, *(f"--ignore={part}" for part in APART)]],
    [[*PYTEST, *APART], [*PYTEST, "--backend", "postgres"]],
)


def main() -> int:
    failed: list[str] = []
    aside = threading.Thread(target=run_aside, args=(LANES[1], failed))
    aside.start()
    for command in LANES[0]:
        note(command, subprocess.run(command).returncode, failed)
    aside.join()
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
            words = " ".join(command[1:])
            print(f"\n=== second lane, in {time.monotonic() - began:.0f} s: {words}")
            print(output.read(), flush=True)
        note(command, status, failed)


def note(command: list[str], status: int, failed: list[str]) -> None:
    if status:
        failed.append(" ".join(command[1:]))


if __name__ == "__main__":
    sys.exit(main())
