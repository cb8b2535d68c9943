"""Backups and restores are in the audit."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from stoppress.live.backups.sqlite_files import database_file

from .entries import told

pytestmark = [pytest.mark.backend("sqlite"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def kept_databases_removed() -> Iterator[None]:
    yield
    connections.close_all()
    for kept in database_file("default").parent.glob("*before-restore*"):
        kept.unlink()


def run(command: str, file: Path) -> str:
    said = StringIO()
    call_command(command, str(file), stdout=said, stderr=said)
    return said.getvalue()


def test_a_backup_is_recorded_and_a_restore_is_the_newest_entry_of_the_restored_database(tmp_path):
    run("backup", tmp_path / "one.sqlite3")
    run("backup", tmp_path / "two.sqlite3")
    assert told() == ["command: backed_up one.sqlite3", "command: backed_up two.sqlite3"]
    run("restore", tmp_path / "two.sqlite3")
    assert told() == ["command: backed_up one.sqlite3", "command: restored two.sqlite3"]


def test_a_database_without_the_audit_table_can_be_backed_up(tmp_path, caplog):
    file = tmp_path / "old.sqlite3"
    with connection.cursor() as database:
        database.execute("ALTER TABLE newsroom_auditentry RENAME TO gone")
        try:
            assert "holds the database" in run("backup", file)
        finally:
            database.execute("ALTER TABLE gone RENAME TO newsroom_auditentry")
    assert file.exists()
    assert "Database copied: not in the audit" in caplog.text
