"""The newsroom writes articles, and tells of it, through one door: its publishing verbs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import stoppress

PACKAGE = Path(stoppress.__file__).parent
DOOR = PACKAGE / "newsroom" / "publishing"
WRITERS = {"publish", "remove", "redact"}


def _writes(path: Path) -> Iterator[str]:
    """Give each use of a writer of `stoppress.live` in a file, as `live.publish` or by its name."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Attribute(value=ast.Name(id="live"), attr=attribute):
                used = {attribute}
            case ast.ImportFrom(module=str(module)) if module.startswith("stoppress.live"):
                used = {name.name for name in node.names}
            case _:
                continue
        if used & WRITERS:
            yield f"{path.relative_to(PACKAGE)}:{node.lineno}"


def _is_door(path: Path) -> bool:
    return path == DOOR.with_suffix(".py") or DOOR in path.parents


def test_only_publishing_writes_to_the_log() -> None:
    outside = [
        line
        for part in ("newsroom", "ingest", "site")
        for path in sorted((PACKAGE / part).rglob("*.py"))
        if not _is_door(path)
        for line in _writes(path)
    ]
    assert outside == []


def test_publishing_does_write_to_the_log() -> None:
    doors = [path for path in PACKAGE.rglob("*.py") if _is_door(path)]
    assert any(list(_writes(path)) for path in doors)
