"""SECURITY.md: every row of the threat model names tests, and they are there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "SECURITY.md").read_text()
WHO = ("a stranger", "a reader", "a reporter", "a feed", "a proxy", "a neighbour")
NODE = re.compile(r"`(tests/[\w/]+\.(?:py|test\.js))::([\w\[\]-]+)`")


def names_in(path: str) -> set[str]:
    """Return the names of a file's tests, as pytest collects them."""
    return {
        node.name
        for node in ast.parse((ROOT / path).read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def rows() -> list[list[str]]:
    """Return the columns of each row of the threat model."""
    model = TEXT.partition("## The threat model")[2].partition("\n## ")[0]
    lines = [line for line in model.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_attacker_of_the_threat_model_has_rows():
    assert list(dict.fromkeys(row[0] for row in rows())) == list(WHO)


def test_every_row_names_existing_tests():
    assert len(rows()) > 20
    for _, cannot, held_by in rows():
        named = NODE.findall(held_by)
        assert named, cannot
        assert NODE.sub("", held_by).strip(" ,") == "", held_by  # a misspelt one names nothing
        for path, name in named:
            assert name in names_in(path), f"{path}::{name}"
