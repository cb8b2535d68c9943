"""Run Autobahn|Testsuite against the site's WebSocket protocols: `make conformance`."""

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .echo import PROTOCOLS
from .suite import CASES, ROOT, Results, Suite, SuiteFailed

FOLDER = ROOT / "build" / "conformance"
# "Non-strict" cases are left open or only recommended by the RFC; "informational" ones have no
# right answer.
PASSED = {"OK", "NON-STRICT", "INFORMATIONAL"}
# The fast path refuses binary messages, so the echo cannot send them back.
WITHOUT = {"fast": ["1.2.*", "9.2.*", "9.4.*", "9.6.*", "9.8.*"]}
SECONDS_TO_LEAVE = 10.0


def main() -> int:
    """Install the suite, run it, and print its results; return 1 if a case failed."""
    parser = argparse.ArgumentParser(prog="make conformance")
    parser.add_argument("--only", help="cases, such as 5.*,7.1.5")
    parser.add_argument("--servers", help=f"of {', '.join(PROTOCOLS)}")
    options = parser.parse_args()
    cases = options.only.split(",") if options.only else CASES
    names = options.servers.split(",") if options.servers else list(PROTOCOLS)
    suite = Suite(FOLDER)
    try:
        suite.install()
        with ExitStack() as running:
            urls = {name: running.enter_context(echoing(name)) for name in names}
            results = suite.run(urls, cases, WITHOUT)
    except SuiteFailed as error:
        print(error)
        return 1
    print("| server | cases | passed | of them non-strict | informational | failed |")
    print("|---|---|---|---|---|---|")
    failed = [tell(name, found) for name, found in results.items()]
    print(f"\nThe suite's own report: {FOLDER / 'reports' / 'index.html'}")
    return 1 if any(failed) else 0


def tell(name: str, found: Results) -> list[str]:
    """Print one server's row of the table and its failed cases; return their numbers."""
    count = Counter(verdict(case) for case in found.values())
    failed = [number for number, case in found.items() if verdict(case) not in PASSED]
    passed = len(found) - len(failed)
    print(
        f"| {name} | {len(found)} | {passed} | {count['NON-STRICT']} | {count['INFORMATIONAL']} "
        f"| {len(failed)} {' '.join(failed)} |"
    )
    return failed


def verdict(case: dict[str, str]) -> str:
    """Return the suite's verdict on a case; a wrong close is a failure too."""
    return case["behavior"] if case["behaviorClose"] in PASSED else case["behaviorClose"]


@contextmanager
def echoing(name: str) -> Iterator[str]:
    """Run an echo behind one of the protocols; yield its address."""
    log = Path(FOLDER, f"{name}.log")
    with log.open("w") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.rfc6455.echo", name],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            port = server.stdout.readline().strip() if server.stdout else ""
            if not port:
                raise SuiteFailed(f"the {name} server did not start:\n{log.read_text()}")
            yield f"ws://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(SECONDS_TO_LEAVE)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


if __name__ == "__main__":
    sys.exit(main())
