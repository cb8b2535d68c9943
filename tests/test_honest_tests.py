"""Whoever sleeps in a test, or replaces a function, says on that line why nothing else would do.

A test that sleeps until something has surely happened fails on a slow machine, and one that
replaces what it should show passes whatever that does. A limit in capitals may be made smaller.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent


def silent(source: str) -> Iterator[str]:
    """Yield the calls of a module that need a comment and have none."""
    words = tokenize.generate_tokens(io.StringIO(source).readline)
    said = {word.start[0] for word in words if word.type == tokenize.COMMENT}
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        lines = set(range(call.lineno, (call.end_lineno or call.lineno) + 1))
        if (is_sleep(call) or replaces_a_function(call)) and not lines & said:
            yield f"{call.lineno}: {ast.unparse(call)[:60]}"


def is_sleep(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2] == "sleep"


def replaces_a_function(call: ast.Call) -> bool:
    function = ast.unparse(call.func)
    if function in {"patch", "patch.object", "mock.patch", "mock.patch.object"}:
        return True
    if not function.endswith(".setattr") or not call.args:
        return False
    # A target in words has its name at its end; else the name is the second argument.
    names = [arg.value for arg in call.args[:2] if isinstance(arg, ast.Constant)]
    return not str(names[0] if names else "").rpartition(".")[2].isupper()


def test_each_sleep_and_each_function_that_is_replaced_says_why() -> None:
    paths = sorted(TESTS.rglob("*.py"))
    assert [f"{path}:{call}" for path in paths for call in silent(path.read_text())] == []


def test_what_needs_a_word_is_found() -> None:
    assert len(list(silent("sleep(1)\na.sleep(\n    2,\n)\npatch(f)\nm.setattr(a, 'b', c)\n"))) == 4
    assert not list(silent("sleep(1)  # so\nm.setattr(a, 'B_C', 1)\nm.setattr('a.B', 1)\n"))
