"""The corpora of real feeds, in the directory that STOPPRESS_CORPORA names."""

import csv
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HERE = Path(os.environ["STOPPRESS_CORPORA"])


@dataclass(frozen=True)
class Row:
    """A file of the manifest, with what is known about it."""

    file: str
    facts: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        return (HERE / self.file).read_bytes()

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "application/xml")


def feeds() -> list[Row]:
    """Return the manifest's feeds."""
    return [
        Row(
            row["file"],
            json.loads(row["expected_facts_json"] or "{}"),
            {k.lower(): v for k, v in json.loads(row["http_headers_json"] or "{}").items()},
        )
        for row in _table("MANIFEST.tsv")
        if row["file"].startswith("feeds/")
    ]


def series() -> list[dict[str, str]]:
    """Return the polls of the real feed, in their order."""
    return _table("SERIES.tsv")


def chosen(wanted: Any) -> Any:
    """Parametrize a test over the feeds that `wanted(row)` picks."""
    rows = [pytest.param(row, id=row.file.partition("/")[2]) for row in feeds() if wanted(row)]
    return pytest.mark.parametrize("row", rows)


def _table(name: str) -> list[dict[str, str]]:
    csv.field_size_limit(10**8)
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
