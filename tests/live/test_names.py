"""The stub tells of the names that `stoppress.live` has, each from where it is imported."""

import ast
from pathlib import Path

from stoppress import live


def test_the_stub_imports_every_public_name_from_its_module():
    stub = ast.parse(Path(live.__file__).with_suffix(".pyi").read_text())
    told = {
        name.asname: node.module
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert told == live._HOME
    assert set(live.__all__) == set(told)


def test_each_name_is_the_object_of_its_module():
    for name, home in live._HOME.items():
        assert getattr(live, name).__module__ == f"stoppress.live.{home}"
