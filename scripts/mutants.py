"""Change the code a little, one place at a time, and count the changes that no test notices.

`mutants.py [PACKAGE …]`, say `mutants.py delivery`; without one all packages of `PACKAGES`.
mutmut makes the changes and runs the tests that reach each; its settings stand in pyproject.toml.
The survivors are listed in build/mutants.txt; `mutmut show NAME` prints one.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = Path(sys.executable).with_name("mutmut")
PACKAGES = ("delivery", "hub", "protocol")
NOTICED = {"killed", "timeout", "suspicious", "caught by type check"}
RESULT = re.compile(r"\s+stoppress\.live\.(\w+)\.(\S+): ([a-z ]+)")


def main() -> None:
    packages = sys.argv[1:] or PACKAGES
    if unknown := set(packages) - set(PACKAGES):
        sys.exit(f"There are no mutants of {', '.join(sorted(unknown))}: {', '.join(PACKAGES)}.")
    names = [f"stoppress.live.{package}.*" for package in packages]
    if subprocess.run([MUTMUT, "run", "--max-children", "1", *names], cwd=ROOT).returncode:
        sys.exit("mutmut stopped: see above.")
    listed = subprocess.run(
        [MUTMUT, "results", "--all", "true"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    results = [found.groups() for found in map(RESULT.match, listed.stdout.splitlines()) if found]
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


if __name__ == "__main__":
    main()
