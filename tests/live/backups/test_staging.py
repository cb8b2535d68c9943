import os
import sqlite3
from contextlib import closing

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader

from stoppress.live.backups.backup import back_up, examine
from stoppress.live.backups.restoring import restore
from stoppress.live.backups.sqlite_files import BackupError, database_file
from stoppress.live.backups.staging import migrations_behind, path_beside
from stoppress.live.models import LoggedEvent
from tests.live.conftest import put

pytestmark = [pytest.mark.backend("sqlite"), pytest.mark.usefixtures("transactional_db", "board")]

LAST = ("auth", "0012_alter_user_first_name_max_length")
USERS = "SELECT sql FROM sqlite_master WHERE name = 'auth_user'"


@pytest.fixture
def older(tmp_path):
    """A backup from before the last migration of `auth`, which made a name longer."""
    put("a")
    path = tmp_path / "older.sqlite3"
    back_up(database_file("default"), path)
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        call_command("migrate", "auth", "0011", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
    put("b")
    return path


def keys():
    return list(LoggedEvent.objects.order_by("position").values_list("key", flat=True))


def length_of_first_names():
    with connection.cursor() as database:
        database.execute(USERS)
        [sql] = database.fetchone()
    return sql[sql.index('"first_name"') :].split()[1]


def test_an_older_backup_is_migrated_before_anybody_sees_it(older):
    with closing(sqlite3.connect(older)) as database:
        assert '"first_name" varchar(30)' in database.execute(USERS).fetchone()[0]
    content = older.read_bytes()
    assert migrations_behind(older, examine(older)) == 1
    told = []
    restored = restore(older, "default", wait=10, report=told.append)
    restored.kept.unlink()
    assert any("applying 1 migrations" in line for line in told)
    assert keys() == ["a"] and length_of_first_names() == "varchar(150)"
    assert older.read_bytes() == content and os.listdir(older.parent) == ["older.sqlite3"]
    put("c")


def test_an_older_backup_gets_the_table_of_the_cache_too(older):
    with closing(sqlite3.connect(older)) as database:
        database.execute("DROP TABLE stoppress_sign_in")
    restored = restore(older, "default", wait=10, report=print)
    restored.kept.unlink()
    cache.set("x", "y")
    assert cache.get("x") == "y"


def test_a_backup_that_cannot_be_migrated_is_not_put_back(older, monkeypatch):
    migration = MigrationLoader(None).disk_migrations[LAST]

    def fail(apps, schema_editor):
        # One that names no alias writes to the copy, and not to the site's database.
        LoggedEvent.objects.using("default").all().delete()
        raise ValueError("a name\nis too long")

    failing = [RunPython(fail)]
    monkeypatch.setattr(type(migration), "operations", failing)  # one to come, which fails
    with pytest.raises(BackupError, match="migrating the backup failed: a name is too long"):
        restore(older, "default", wait=10, report=lambda line: None)
    connection.close()
    assert keys() == ["a", "b"] and length_of_first_names() == "varchar(150)"
    assert os.listdir(older.parent) == ["older.sqlite3"]
    assert not [name for name in os.listdir(database_file("default").parent) if "restor" in name]


def test_a_path_beside_the_database_is_one_where_nothing_is(tmp_path):
    first = path_beside(tmp_path / "site.sqlite3", "kept")
    first.touch()
    second = path_beside(tmp_path / "site.sqlite3", "kept")
    assert first.name.startswith("site.sqlite3.kept-2") and not second.exists()
    assert second != first
