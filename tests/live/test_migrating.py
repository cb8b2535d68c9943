"""Each of Django's commands on a database that does not have our tables yet, or no longer."""

import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = {
    "another app alone": ["migrate auth", "migrate contenttypes zero", "migrate"],
    "emptied before": ["flush", "migrate"],
    "taken away": ["migrate", "migrate stoppress_live zero", "flush", "migrate"],
    "step by step": ["migrate stoppress_live 0001", "migrate"],
    "only said": ["migrate", "migrate stoppress_live zero --fake", "migrate --fake"],
    "emptied": ["migrate", "flush"],
}


def migrated(address: str, *commands: str) -> str:
    script = [sys.executable, "-m", "tests.live.migrating", address, *commands]
    ran = subprocess.run(script, capture_output=True, text=True, timeout=50)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.backend("sqlite")
@pytest.mark.parametrize("commands", COMMANDS.values(), ids=COMMANDS)
def test_the_installation_has_one_id_after_all_migrations(tmp_path: Path, commands: list[str]):
    assert migrated(f"sqlite:///{tmp_path / 'db.sqlite3'}", *commands) == "1"


def test_the_installation_has_one_id_on_postgresql_too(postgres):
    commands = [*COMMANDS["another app alone"], *COMMANDS["taken away"]]
    assert migrated(postgres.new_database(), *commands) == "1"
