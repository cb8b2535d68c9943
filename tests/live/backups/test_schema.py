import sqlite3
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from stoppress.live.backups.backup import back_up
from stoppress.live.backups.sqlite_files import database_file
from tests.live.conftest import put

from .test_restoring import keys, no_file_is_left  # noqa: F401  a fixture

pytestmark = [pytest.mark.backend("sqlite"), pytest.mark.usefixtures("transactional_db", "board")]

STRANGE = {
    "trigger": "CREATE TRIGGER spy AFTER INSERT ON stoppress_live_loggedevent "
    "BEGIN UPDATE stoppress_live_streamhead SET head = 0; END",
    "view": "CREATE VIEW spy AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
    "SELECT i FROM n",
    "virtual table": "CREATE VIRTUAL TABLE spy USING fts5(words)",
}


@pytest.fixture
def backup(tmp_path):
    put("a")
    path = tmp_path / "backup.sqlite3"
    back_up(database_file("default"), path)
    put("b")
    return path


def add(path, statement):
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(statement)


@pytest.mark.parametrize("kind", STRANGE)
def test_an_unknown_schema_object_is_refused_by_its_name(backup, kind):
    add(backup, STRANGE[kind])
    with pytest.raises(CommandError, match=f"has the {kind} 'spy'.*--accept-triggers"):
        call_command("restore", str(backup))
    assert keys() == ["a", "b"]


def test_a_view_in_the_place_of_a_table_is_not_read(backup):
    add(backup, "DROP TABLE stoppress_live_streamhead")
    add(backup, STRANGE["view"].replace("VIEW spy", "VIEW stoppress_live_streamhead"))
    with pytest.raises(CommandError, match="it has no table stoppress_live_streamhead"):
        call_command("restore", str(backup))


def test_a_trigger_that_the_site_has_itself_comes_back_with_its_backup(backup):
    add(backup, STRANGE["trigger"])
    with connection.cursor() as database:
        database.execute(STRANGE["trigger"])
    try:
        call_command("restore", str(backup))
        assert keys() == ["a"]
        with pytest.raises(CommandError, match="has the trigger 'spy'"):
            with connection.cursor() as database:
                database.execute("DROP TRIGGER spy")
            call_command("restore", str(backup))
        call_command("restore", str(backup), "--accept-triggers")
    finally:
        with connection.cursor() as database:
            database.execute("DROP TRIGGER IF EXISTS spy")
