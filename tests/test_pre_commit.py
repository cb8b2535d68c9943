"""The hooks of a commit run the checks of `make check`."""

import re
from pathlib import Path

from scripts.check import CHECKS

CONFIGURATION = (Path(__file__).parents[1] / ".pre-commit-config.yaml").read_text()


def test_every_hook_runs_existing_checks_and_one_runs_all():
    entries = re.findall(
        r"^ +entry: \.venv/bin/python scripts/check\.py *(.*)$", CONFIGURATION, re.M
    )
    assert len(entries) == CONFIGURATION.count("- id:")
    for entry in entries:
        assert set(entry.split()) <= set(CHECKS)
    assert "" in entries


def test_the_hooks_are_of_this_repository_and_download_nothing():
    assert re.findall(r"repo: (.*)", CONFIGURATION) == ["local"]
    assert set(re.findall(r"language: (.*)", CONFIGURATION)) == {"system"}
