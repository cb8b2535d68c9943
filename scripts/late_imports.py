"""List the imports that are not at the top of their module, and the silenced checks.

It fails in three cases:

- an import in a function has no comment on the line before it that gives the reason;
- there are more than `MOST_LATE` imports in functions;
- `stoppress.live` has an import under TYPE_CHECKING, which would hide a circle.
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
        types_alone: the import is under TYPE_CHECKING; otherwise it is in a function.
        reason: the comment before the import or before its block of imports; empty if missing.
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
        f"{late.file.relative_to(ROOT)}:{late.line}: add a comment before it with the reason"
        for late in in_functions
        if not late.reason
    ]
    wrong += [
        f"{late.file.relative_to(ROOT)}:{late.line}: remove the import circle instead"
        for late in found
        if late.types_alone and late.file.is_relative_to(WITHOUT_TYPES_ALONE)
    ]
    if len(in_functions) > MOST_LATE:
        wrong.append(f"{len(in_functions)} imports are in functions: at most {MOST_LATE} may be")
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)


def late_imports(file: Path) -> Iterator[Late]:
    """Yield the imports of a file that are in a function or under TYPE_CHECKING."""
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
    """Return the comment before an import or before its block of imports; empty if missing."""
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
