"""Mutation testing: change the code in one place at a time, and count changes that no test notices.

`mutants.py [PACKAGE …]`, for example `mutants.py delivery`; without one all packages of `PACKAGES`.
mutmut makes the changes and runs the tests that reach each; its settings are in pyproject.toml.
First it runs the quick tests. Changes that they do not notice are tried again with the slow tests,
and with new ones. The survivors are listed in build/mutants.txt; `mutmut show NAME` prints one.

Without a package, a run that was stopped continues: only changes that have no result yet, or are
new, are tried. Remove the directory `mutants` to start again.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = Path(sys.executable).with_name("mutmut")
PACKAGES = ("delivery", "hub", "protocol")
NOTICED = {"killed", "timeout", "suspicious", "caught by type check"}
MEMORY = Path("/dev/shm")
RESULT = re.compile(r"\s+stoppress\.live\.(\w+)\.(\S+): ([a-z ]+)")


def main() -> None:
    packages = sys.argv[1:] or PACKAGES
    if unknown := set(packages) - set(PACKAGES):
        sys.exit(f"There are no mutants of {', '.join(sorted(unknown))}: {', '.join(PACKAGES)}.")
    run(f"stoppress.live.{package}.*" for package in sys.argv[1:])
    survivors = [
        f"stoppress.live.{package}.{name}"
        for package, name, result in read_results()
        if package in packages and result == "survived"
    ]
    if survivors:
        run(survivors, slow=True)
    results = read_results()
    print("\npackage     mutants  noticed  survived  no test")
    for package in packages:
        counted = Counter(result for its, _, result in results if its == package)
        noticed = sum(number for result, number in counted.items() if result in NOTICED)
        share = noticed / max(1, counted.total())
        print(
            f"{package:<10} {counted.total():>8} {share:>8.1%} {counted['survived']:>9}"
            f" {counted['no tests']:>8}"
        )
    unnoticed = [
        f"stoppress.live.{package}.{name}: {result}"
        for package, name, result in results
        if package in packages and result not in NOTICED
    ]
    listing = ROOT / "build" / "mutants.txt"
    listing.parent.mkdir(exist_ok=True)
    listing.write_text("".join(f"{line}\n" for line in unnoticed))
    print(f"{len(unnoticed)} were not noticed: {listing.relative_to(ROOT)}")


def run(names: Iterable[str], slow: bool = False) -> None:
    """Try the named changes; without a name, those that have no result yet."""
    env = os.environ | ({"STOPPRESS_SLOW_TESTS": "1"} if slow else {})
    # A commit waits for whoever else writes to the disk. A test that is ended leaves its files.
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as files:
        command = [str(MUTMUT), "run", "--max-children", "2", *names]
        if subprocess.run(command, cwd=ROOT, env=env | {"TMPDIR": files}).returncode:
            sys.exit("mutmut stopped: see above.")


def read_results() -> list[tuple[str, str, str]]:
    """Return package, name and result of every change."""
    listed = subprocess.run(
        [MUTMUT, "results", "--all", "true"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = map(RESULT.match, listed.stdout.splitlines())
    return [(each[1], each[2], each[3]) for each in found if each]


if __name__ == "__main__":
    main()
