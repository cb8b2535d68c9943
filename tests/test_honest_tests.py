"""A sleep in a test, or a replaced function, has its reason in a comment on its line.

A test that sleeps until something has surely happened fails on a slow machine, and one that
replaces what it should show passes whatever that does. A limit in capitals may be made smaller.

What is replaced in a module of the system is replaced for all threads, also those that a test does
not know of: `StandIn` replaces it for one module.
"""

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# Facts that only a new child asks for, and a clock that is as far ahead for all who read it.
FOR_ALL_THREADS = {"sys.argv", "sys.executable", "tempfile.tempdir", "time.time"}


def silent(source: str) -> Iterator[str]:
    """Yield what needs a comment in a module and has none."""
    words = tokenize.generate_tokens(io.StringIO(source).readline)
    said = {word.start[0] for word in words if word.type == tokenize.COMMENT}
    nodes = list(ast.walk(ast.parse(source)))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {name.asname or name.name for node in imports for name in node.names}
    calls = [n for n in nodes if isinstance(n, ast.Call) and (is_sleep(n) or replaces(n))]
    assignments = [n for n in nodes if isinstance(n, ast.Assign) and assigns_to(n, imported)]
    for node in (*calls, *assignments):
        if not said & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
            yield f"{node.lineno}: {ast.unparse(node)[:60]}"


def is_sleep(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2] == "sleep"


def replaces(call: ast.Call) -> bool:
    function = ast.unparse(call.func)
    if function in {"patch", "patch.object", "mock.patch", "mock.patch.object"}:
        return True
    if not function.endswith(".setattr"):
        return False
    # A target in words has its name at its end; else the name is the second argument.
    names = [arg.value for arg in call.args[:2] if isinstance(arg, ast.Constant)]
    return not str(names[0] if names else "").rpartition(".")[2].isupper()


def assigns_to(assignment: ast.Assign, imported: set[str]) -> bool:
    [target, *_] = assignment.targets
    function = isinstance(assignment.value, ast.Name | ast.Lambda)
    return function and isinstance(target, ast.Attribute) and ast.unparse(target.value) in imported


def replaced_for_all(source: str) -> Iterator[str]:
    """Yield what a module replaces in a module of the system."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".setattr"):
            # A target in words begins with its package, and has its name at its end.
            words, name = (getattr(arg, "value", None) for arg in node.args[:2])
            target = words if isinstance(words, str) else f"{ast.unparse(node.args[0])}.{name}"
            owners = target.split(".")[: 1 if target == words else -1]
            if sys.stdlib_module_names & set(owners) and target not in FOR_ALL_THREADS:
                yield f"{node.lineno}: {target}"


@pytest.mark.slow("it reads every test")
def test_no_test_replaces_a_system_function_for_all_threads() -> None:
    paths = sorted(TESTS.rglob("*.py"))
    found = [f"{path}:{name}" for path in paths for name in replaced_for_all(path.read_text())]
    assert found == []


@pytest.mark.slow("it reads every test")
def test_each_sleep_and_each_replaced_function_has_a_reason() -> None:
    paths = sorted(TESTS.rglob("*.py"))
    assert [f"{path}:{call}" for path in paths for call in silent(path.read_text())] == []


def test_a_sleep_or_a_replaced_function_without_a_reason_is_found() -> None:
    source = "import a\nsleep(1)\na.sleep(\n    2,\n)\npatch(f)\nm.setattr(a, 'b', c)\na.b = f\n"
    assert len(list(silent(source))) == 5
    source = (
        "m.setattr(ours.time, 'sleep', f)\nm.setattr('os.link', f)\nm.setattr(clock, 'time', f)\n"
    )
    assert list(replaced_for_all(source)) == ["1: ours.time.sleep", "2: os.link"]
    assert not list(silent("sleep(1)  # so\nm.setattr(a, 'B_C', 1)\nm.setattr('a.B', 1)\n"))
