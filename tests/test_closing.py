"""Every opened SQLite file is closed; `with sqlite3.connect(…)` only ends the transaction.

A connection that is left open waits for the garbage collector. From Python 3.13 on that warns, and
the warning fails whichever test runs then. So the code is read, for every Python alike.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACES = ("src", "tests", "benchmarks", "example", "scripts")
OPENERS = {"sqlite3.connect", "open_to_read", "open_backup"}


def left_open(source: str) -> Iterator[str]:
    """Give each call that opens a file, unless what it opens goes to `closing` or is returned.

    It may have a name meanwhile, which is looked for in the whole module.
    """
    nodes = list(ast.walk(ast.parse(source)))
    closed = [kept for node in nodes if (kept := _kept(node))]
    names = {node.id for node in closed if isinstance(node, ast.Name)}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=opened) if name in names:
                closed.append(opened)
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in OPENERS and node not in closed:
            yield f"{node.lineno}: {ast.unparse(node)}"


def _kept(node: ast.AST) -> ast.expr | None:
    match node:
        case ast.Call(func=ast.Name(id="closing"), args=[opened]):
            return opened
        case ast.Return(value=opened) | ast.Attribute(value=ast.Call() as opened, attr="close"):
            return opened
    return None


def test_every_opened_sqlite_file_is_closed() -> None:
    paths = [path for place in PLACES for path in sorted((ROOT / place).rglob("*.py"))]
    opening = [path for path in paths if "sqlite" in path.read_text()]
    assert [f"{path}:{call}" for path in opening for call in left_open(path.read_text())] == []


def test_an_unclosed_sqlite_file_is_found() -> None:
    opened = "sqlite3.connect(path)"
    for code in ("with X: ...", "X.execute('')", "a = X", "a = X\na.close()", "f(X)"):
        assert list(left_open(code.replace("X", opened))), code
    for code in ("with closing(X): ...", "a = X\nwith closing(a): ...", "X.close()", "return X"):
        assert not list(left_open(code.replace("X", opened))), code
