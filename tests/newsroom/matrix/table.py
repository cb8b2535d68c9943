"""The matrix as it is written in docs/newsroom.md."""

import re
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parents[3] / "docs" / "newsroom.md"
SECTION = "Every way in"

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ANY, OTHERS = "any", "others"
# Columns that say what is tried; each other column is a role.
SUBJECT = ("address", "method", "of", "stream", "command", "action")


@dataclass(frozen=True)
class Row:
    """One line of a table: what is tried, and what each role gets."""

    subject: dict[str, str]
    cells: dict[str, str]

    @property
    def name(self) -> str:
        return " ".join(filter(None, self.subject.values()))

    def of(self, column: str) -> str:
        return self.subject.get(column, "")


def tables(text: str | None = None) -> dict[str, list[Row]]:
    """Return the tables of the section, by their headings."""
    document = text if text is not None else DOCUMENT.read_text()
    section = re.split(r"^## ", document.split(f"\n## {SECTION}\n")[1], flags=re.MULTILINE)[0]
    parts = re.split(r"^### (.+)$", section, flags=re.MULTILINE)[1:]
    return {heading: _rows(part) for heading, part in zip(parts[::2], parts[1::2], strict=True)}


def methods(row: Row, table: list[Row]) -> list[str]:
    """Return the methods that a row is about; `others` are those that no other row names."""
    said = row.of("method")
    if said == ANY:
        return list(METHODS)
    if said != OTHERS:
        return [word.split(" ")[0] for word in said.split(", ")]
    same = [each for each in table if each.of("address") == row.of("address") and each is not row]
    named = {method for each in same if each.of("method") != OTHERS for method in methods(each, [])}
    return [method for method in METHODS if method not in named]


def _rows(part: str) -> list[Row]:
    lines = [line for line in part.splitlines() if line.startswith("|")]
    head, _, *body = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    rows = [dict(zip(head, cells, strict=True)) for cells in body]
    return [
        Row(
            {name: value for name, value in row.items() if name in SUBJECT},
            {name: value for name, value in row.items() if name not in SUBJECT},
        )
        for row in rows
    ]
