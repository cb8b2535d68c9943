"""Run every Python test, three runs of pytest side by side, since most tests wait for servers.

Each run takes the next part as soon as it has finished one, the longest parts first: so all three
end at about the same time on any machine. Each part uses its own data, servers and ports.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path

PYTEST = [sys.executable, "-m", "pytest"]
POSTGRES = [*PYTEST, "--backend", "postgres"]
SIDE_BY_SIDE = 3
SITE = Path("tests/site")
BROWSER = ["tests/browser"]
PROGRAMS = [
    *(f"tests/{part}" for part in ("cli", "conformance", "drill", "fuzz", "rfc6455")),
    *(f"{SITE}/{part}" for part in ("processes", "serving")),
]
NEWSROOM = ["tests/newsroom"]
WHOLE_SITE = sorted(str(file) for file in SITE.glob("test_*.py"))


def without(*parts: str) -> list[str]:
    return [f"--ignore={part}" for part in parts]


# Longest first. The first and the fourth part have all tests that no other part names.
PARTS = (
    [*POSTGRES, *without(*NEWSROOM)],
    [*PYTEST, *NEWSROOM],
    [*POSTGRES, *NEWSROOM],
    [*PYTEST, *without(*BROWSER, *PROGRAMS, *NEWSROOM, *WHOLE_SITE)],
    [*PYTEST, *BROWSER],
    [*PYTEST, *PROGRAMS],
    [*PYTEST, *WHOLE_SITE],
)


def main() -> int:
    parts, failed = deque(PARTS), list[str]()
    runs = [threading.Thread(target=run_parts, args=(parts, failed)) for _ in range(SIDE_BY_SIDE)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    for words in failed:
        print(f"Failed: {words}")
    return 1 if failed else 0


def run_parts(parts: deque[list[str]], failed: list[str]) -> None:
    """Run one part after another while there are any; show each one's output once it has ended."""
    while parts:
        try:
            command = parts.popleft()
        except IndexError:  # another run has taken the last
            return
        words = " ".join(command[1:])
        print(f"=== begun: {words}", flush=True)
        with tempfile.TemporaryFile("w+") as output:
            began = time.monotonic()
            status = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
            output.seek(0)
            took = time.monotonic() - began
            print(f"\n=== in {took:.0f} s: {words}\n{output.read()}", flush=True)
        if status:
            failed.append(words)


if __name__ == "__main__":
    sys.exit(main())
