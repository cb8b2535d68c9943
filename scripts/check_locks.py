"""Check that the lock files are complete, hashed and current, and name no download address."""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
NPM_LOCKS = [ROOT / "package-lock.json", ROOT / "benchmarks/servers/node_ws/package-lock.json"]
ADDRESS = re.compile(r'[a-z+]+://| @ |"resolved"|^\s*-(-[a-z-]*(url|index|links|host)|[efi])\b')
# Where a package asks for support: npm notes it, and downloads nothing from there.
FUNDING = re.compile(r'\s*"url": "')
PIN = re.compile(r"([\w.-]+)==(\S+)(?: ; (.+?))?((?: +--hash=sha256:[0-9a-f]{64})*)$")

Pins = dict[str, set[tuple[str, str]]]
"""The (version, marker) pairs of each package."""


def main() -> None:
    faults = list(find_faults())
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


def find_faults() -> Iterator[str]:
    for path in [*sorted(LOCKS.glob("*.txt")), *NPM_LOCKS]:
        for line in path.read_text().splitlines():
            if ADDRESS.search(line) and not FUNDING.match(line):
                yield f"{path.name} contains a download address: {line.strip()}"
    for path in sorted(LOCKS.glob("*.txt")):
        for line in entries(path):
            pin = PIN.fullmatch(line)
            if not pin or not pin[4]:
                yield f"{path.name} has an entry that is not pinned and hashed: {line}"
    yield from stale()


def stale() -> Iterator[str]:
    """Yield the requirements of pyproject.toml that the locks miss or pin in two ways."""
    runtime, dev = (pins(LOCKS / f"{name}.txt") for name in ("runtime", "dev"))
    yield from differing("dev.txt", dev, "runtime.txt", runtime)
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, groups = pyproject["project"], pyproject["dependency-groups"]
    optional = dict(project["optional-dependencies"])
    del optional["all"]  # it only refers to the other extras
    needed = [*project["dependencies"], *optional["site"], *groups["build"]]
    extras = [one for extra in optional.values() for one in extra]
    tools = [one for one in groups["dev"] if isinstance(one, str)]
    yield from unmet("runtime.txt", needed, runtime)
    yield from unmet("dev.txt", [*needed, *extras, *tools], dev)
    suite = pins(LOCKS / "conformance.txt")
    yield from unmet("conformance.txt", groups["conformance"], suite)
    for group in ("bench", "mutants"):
        lock = pins(LOCKS / f"{group}.txt")
        yield from differing(f"{group}.txt", lock, "dev.txt", dev)
        own = [one for one in groups[group] if isinstance(one, str)]
        yield from unmet(f"{group}.txt", [*needed, *extras, *tools, *own], lock)


def differing(lock: str, locked: Pins, part: str, wanted: Pins) -> Iterator[str]:
    """Yield the packages that the lock `part` pins otherwise than `lock`, which contains it."""
    for name, pairs in wanted.items():
        if locked.get(name) != pairs:
            yield f"{lock} and {part} differ in {name}: run `make lock`"


def unmet(lock: str, needed: Iterable[str], locked: Pins) -> Iterator[str]:
    for requirement in map(Requirement, needed):
        versions = [version for version, _ in locked.get(canonicalize_name(requirement.name), ())]
        if not versions or not all(requirement.specifier.contains(one) for one in versions):
            yield f"{lock} does not satisfy {requirement}: run `make lock`"


def entries(path: Path) -> Iterator[str]:
    """Yield each entry of a lock file as one line."""
    for line in path.read_text().replace(" \\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def pins(path: Path) -> Pins:
    found: Pins = {}
    for pin in filter(None, map(PIN.fullmatch, entries(path))):
        found.setdefault(canonicalize_name(pin[1]), set()).add((pin[2], pin[3] or ""))
    return found


if __name__ == "__main__":
    main()
