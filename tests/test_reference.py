"""docs/reference.md is what the code says, and has every public name."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import stoppress.live.client
import stoppress.live.testing
from stoppress import live

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/reference.md").read_text()
# Names of types, and a second spelling.
WITHOUT_AN_ENTRY = {"TransportName", "captureEvents", "Event"}


def test_the_page_equals_the_docstrings_of_the_code():
    script = [sys.executable, ROOT / "scripts/reference.py", "--check"]
    checked = subprocess.run(script, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def public_names() -> set[str]:
    of_testing = {
        name
        for name, value in vars(stoppress.live.testing).items()
        if getattr(value, "__module__", "") == "stoppress.live.testing" and name[0] != "_"
    }
    names = {f"live.{name}" for name in live.__all__} | set(stoppress.live.client.__all__)
    return (names | of_testing) - WITHOUT_AN_ENTRY


@pytest.mark.parametrize("name", sorted(public_names()))
def test_every_public_name_has_an_entry(name: str):
    assert PAGE.count(f"### `{name}`\n") == 1


def test_a_check_has_a_unique_id():
    sources = [path.read_text() for path in (ROOT / "src/stoppress/live").rglob("*.py")]
    ids = [each for source in sources for each in re.findall(r'id="(stoppress\.[EW]\d+)"', source)]
    assert len(ids) > 20
    assert sorted(ids) == sorted(set(ids))
    # A number is silenced easily by mistake where two letters share it.
    assert len({each[-3:] for each in ids}) == len(ids)
    assert [each for each in ids if f"| `{each}` |" not in PAGE] == []
