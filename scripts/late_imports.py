"""List the imports that do not stand at the top of their module, and the checks that are silenced.

An import in a function must say why on the line before it, and there are at most `MOST_LATE`. An
import for types alone hides a circle: `stoppress.live` has none.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "stoppress"
WITHOUT_TYPES_ALONE = SOURCE / "live"
MOST_LATE = 12
SILENCERS = ("# type: ignore", "# noqa", "# pragma: no cover", "@ts-ignore", "@ts-expect-error")


@dataclass(frozen=True)
class Late:
    """An import that is not at the top of its module.

    Attributes:
        types_alone: it stands under TYPE_CHECKING, else in a function.
        reason: the comment before it, or before those that stand right before it; empty without.
    """

    file: Path
    line: int
    words: str
    types_alone: bool
    reason: str


def main() -> None:
    files = [file for end in ("py", "pyi", "js") for file in sorted(SOURCE.rglob(f"*.{end}"))]
    found = [late for file in files if file.suffix != ".js" for late in late_imports(file)]
    silenced = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        if "vendor" not in file.parts
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if any(word in line for word in SILENCERS)
    ]
    in_functions = [late for late in found if not late.types_alone]
    show(f"imports in functions: {len(in_functions)}, at most {MOST_LATE}", in_functions)
    show("imports for types alone", [late for late in found if late.types_alone])
    print(f"silenced checks: {len(silenced)}", *silenced, sep="\n  ")
    wrong = [
        f"{late.file.relative_to(ROOT)}:{late.line}: say on the line before why it must wait"
        for late in in_functions
        if not late.reason
    ]
    wrong += [
        f"{late.file.relative_to(ROOT)}:{late.line}: open the circle instead"
        for late in found
        if late.types_alone and late.file.is_relative_to(WITHOUT_TYPES_ALONE)
    ]
    if len(in_functions) > MOST_LATE:
        wrong.append(f"{len(in_functions)} imports stand in functions: {MOST_LATE} may")
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)


def late_imports(file: Path) -> Iterator[Late]:
    """Find the imports of a file that wait until a function runs, or never do."""
    text = file.read_text()
    lines = text.splitlines()
    parents: dict[ast.AST, ast.AST] = {}
    for node in ast.walk(tree := ast.parse(text)):
        parents |= dict.fromkeys(ast.iter_child_nodes(node), node)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        around = list(ancestors(node, parents))
        types_alone = any(
            isinstance(each, ast.If) and "TYPE_CHECKING" in ast.unparse(each.test)
            for each in around
        )
        in_function = any(
            isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) for each in around
        )
        if types_alone or in_function:
            yield Late(file, node.lineno, ast.unparse(node), types_alone, reason(lines, node))


def ancestors(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    while node in parents:
        node = parents[node]
        yield node


def reason(lines: list[str], node: ast.stmt) -> str:
    """Return the comment before an import, or before the imports that it follows."""
    for line in map(str.strip, reversed(lines[: node.lineno - 1])):
        if line.startswith("#"):
            return line
        if not line.startswith(("from ", "import ")):
            return ""
    return ""


def show(title: str, found: list[Late]) -> None:
    print(title if ":" in title else f"{title}: {len(found)}")
    for late in found:
        why = f"  {late.reason}" if late.reason else ""
        print(f"  {late.file.relative_to(ROOT)}:{late.line}: {late.words}{why}")


if __name__ == "__main__":
    main()
