"""Each part of Stop Press imports exactly the packages that `pyproject.toml` declares for it."""

import ast
import sys
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from stoppress.cli import entry

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BASE = "base"
EXTRAS = ["accounts", "client", "postgres", "redis", "s3", "site"]

# The part that a module belongs to; of the names that fit, the longest counts.
PARTS = {
    "stoppress": "site",
    "stoppress.cli.entry": BASE,
    "stoppress.live": BASE,
    "stoppress.live.client": "client",
    "stoppress.site.accounts": "accounts",
    "stoppress.site.bucket": "s3",
}
# Whoever imports them does so where a site has chosen what they are for.
CHOSEN = {"psycopg": "postgres"}
# Loaded by a name in a setting: module, extra and distribution.
BY_NAME = {
    ("channels_redis", "redis", "channels-redis"),
    ("servestatic", "site", "servestatic"),
}
# Loaded by the server itself, so that it is there.
SERVED = {"stoppress.live.fast_path": "uvicorn"}

DISTRIBUTIONS = packages_distributions()

# Each part, or extra, with the name of a distribution.
Pairs = set[tuple[str, str]]


def test_every_part_declares_what_it_imports_and_imports_what_it_declares():
    assert faults(PROJECT) == []


@pytest.mark.parametrize("extra", [BASE, *EXTRAS])
def test_a_dependency_that_is_left_out_is_noticed(extra):
    for one in listed(PROJECT, extra):
        project = deepcopy(PROJECT)
        listed(project, extra).remove(one)
        assert any(f"uses {Requirement(one).name}" in fault for fault in faults(project)), one


@pytest.mark.parametrize(
    ("of", "to"), [("site", BASE), (BASE, "site"), ("client", BASE), ("postgres", "site")]
)
def test_a_dependency_that_is_moved_is_noticed(of, to):
    for one in listed(PROJECT, of):
        project = deepcopy(PROJECT)
        listed(project, of).remove(one)
        listed(project, to).append(one)
        assert any(f"s {Requirement(one).name}," in fault for fault in faults(project)), one


def test_the_extra_all_holds_every_other():
    [everything] = map(Requirement, PROJECT["optional-dependencies"]["all"])
    assert everything.name == PROJECT["name"]
    assert sorted(everything.extras) == EXTRAS
    assert {*PROJECT["optional-dependencies"]} == {"all", *EXTRAS}


def test_the_command_looks_for_each_package_of_the_site():
    found = sorted(distribution_of(module) for module in entry.SITE)
    assert found == sorted(name for part, name in declared(PROJECT) if part == "site")


def faults(project: Mapping[str, object]) -> list[str]:
    """Name what is used and not declared, and what is declared and not used."""
    has = declared(project)
    missing = {pair for pair in used() - has if (BASE, pair[1]) not in has}
    return [
        *(f"{part} uses {name}, and does not declare it" for part, name in sorted(missing)),
        *(f"{part} declares {name}, and does not use it" for part, name in sorted(has - used())),
    ]


def declared(project: Mapping[str, object]) -> Pairs:
    return {
        (extra, canonicalize_name(Requirement(one).name))
        for extra in (BASE, *EXTRAS)
        for one in listed(project, extra)
    }


def listed(project, extra: str) -> list[str]:
    of: list[str] = project["dependencies"]
    return of if extra == BASE else project["optional-dependencies"][extra]


@cache
def used() -> Pairs:
    found: Pairs = set()
    for path in (ROOT / "src").rglob("*.py"):
        module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        text = path.read_text()
        for name in map(distribution_of, imports(text)):
            if SERVED.get(module.rpartition(".")[0]) != name:
                found.add((CHOSEN.get(name) or part_of(module), name))
        for package, extra, name in BY_NAME:
            if f'"{package}.' in text:
                found.add((extra, name))
    return found


def part_of(module: str) -> str:
    fitting = [name for name in PARTS if f"{module}.".startswith(f"{name}.")]
    return PARTS[max(fitting, key=len)]


def imports(text: str) -> Iterator[str]:
    """Give the first names of what a module imports from elsewhere, anywhere in its text."""
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in {name.partition(".")[0] for name in names}:
            if name not in sys.stdlib_module_names and name != "stoppress":
                yield name


def distribution_of(module: str) -> str:
    return canonicalize_name(DISTRIBUTIONS[module][0])
