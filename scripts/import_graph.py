"""Print how the modules depend on one another; fail on a circle or an import against the layers.

It prints, for each package, how many modules it has and its depth: the longest chain of modules
in which each imports the next. Then it prints circles of modules, and imports from a lower layer
to a higher one, by the layers in `pyproject.toml`. Imports under TYPE_CHECKING count too.
"""

import sys
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Set
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "stoppress"
# The package whose subpackages are listed one by one.
WHOLE = "stoppress.live"

Imports = Mapping[str, Set[str]]


def main() -> None:
    graph = grimp.build_graph(PACKAGE, cache_dir=str(ROOT / ".cache" / "grimp"))
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    parts = defaultdict[str, set[str]](set)
    for name in imports:
        parts[part_of(name)].add(name)
    print(f"{'package':28}{'modules':>8}{'depth':>8}")
    for part, names in sorted(parts.items()):
        within = {name: imports[name] & names for name in names}
        print(f"{part:28}{len(names):>8}{depth(within):>8}")
    print(f"{'all':28}{len(imports):>8}{depth(imports):>8}")
    circle = first_circle(imports)
    back = [line for layers in orders() for line in back_up(imports, *layers)]
    print(f"circles: {'none' if not circle else ' → '.join(circle)}")
    print(f"imports that run back up: {len(back)}", *back, sep="\n  ")
    sys.exit(1 if circle or back else 0)


def part_of(name: str) -> str:
    """Return the package under which a module is counted."""
    parts = 3 if name.startswith(f"{WHOLE}.") else 2
    return ".".join(name.split(".")[:parts])


def first_circle(imports: Imports) -> list[str]:
    """Return a circle of modules, with the first one again at the end; empty if there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def depth(imports: Imports) -> int:
    """Return the length of the longest chain of imports, in modules; 0 if there is a circle."""
    if first_circle(imports):
        return 0
    height = dict[str, int]()
    for name in TopologicalSorter(imports).static_order():
        height[name] = 1 + max((height[below] for below in imports.get(name, ())), default=0)
    return max(height.values(), default=0)


def orders() -> list[tuple[str, dict[str, int]]]:
    """Return, for each layers contract, its container and each package's layer, counted from 0."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return [
        (
            container,
            {
                name.strip(): place
                for place, layer in enumerate(contract["layers"])
                for name in layer.replace("|", ":").split(":")
            },
        )
        for contract in settings["contracts"]
        if contract["type"] == "layers"
        for container in contract["containers"]
    ]


def back_up(imports: Imports, container: str, places: Mapping[str, int]) -> list[str]:
    """Return the imports of a lower package from a higher one."""

    def place(name: str) -> int | None:
        head, _, rest = name.partition(f"{container}.")
        return None if head or not rest else places.get(rest.split(".")[0])

    return [
        f"{name} → {other}"
        for name, others in sorted(imports.items())
        for other in sorted(others)
        if (low := place(name)) is not None and (high := place(other)) is not None and high < low
    ]


if __name__ == "__main__":
    main()
