import os
import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from stoppress.live.backups import sqlite_files
from stoppress.live.backups.sqlite_files import (
    BackupError,
    copy,
    database_file,
    new_file,
    open_backup,
    open_to_read,
    percent,
    words,
)
from tests.services.stand_in import StandIn


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "100%25 #1?.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE t (n)")
        made.execute("INSERT INTO t VALUES (1)")
    return path


def count(opened):
    return opened.execute("SELECT count(*) FROM t").fetchone()[0]


def test_a_new_file_gets_its_name_when_complete_and_is_deleted_when_interrupted(tmp_path):
    path = tmp_path / "new"
    with pytest.raises(ZeroDivisionError), new_file(path) as new:
        new.write_text("half")
        assert not path.exists()
        1 / 0  # noqa: B018
    assert os.listdir(tmp_path) == []
    with new_file(path) as new:
        new.write_text("whole")
        assert os.stat(new).st_mode & 0o777 == 0o600
    assert path.read_text() == "whole" and os.listdir(tmp_path) == ["new"]
    with pytest.raises(BackupError, match="exists already"), new_file(path):
        pass
    assert path.read_text() == "whole"


def test_the_first_of_two_writers_to_finish_creates_the_file(tmp_path):
    path = tmp_path / "new"
    with (
        pytest.raises(BackupError, match="exists already"),
        new_file(path) as late,
        new_file(path) as new,
    ):
        late.write_text("late")
        new.write_text("first")
    assert path.read_text() == "first" and os.listdir(tmp_path) == ["new"]


def test_a_new_file_gets_its_name_on_file_systems_without_hard_links(tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(sqlite_files, "os", StandIn(os, link=refuse))  # as on a FAT file system
    path = tmp_path / "new"
    with new_file(path) as new:
        new.write_text("whole")
    assert path.read_text() == "whole" and os.listdir(tmp_path) == ["new"]
    path.unlink()
    with pytest.raises(BackupError, match="exists already"), new_file(path) as new:
        path.write_text("of somebody else")
    assert path.read_text() == "of somebody else" and os.listdir(tmp_path) == ["new"]


def test_a_copy_of_no_page_is_no_per_cent():
    assert [percent(0, 0), percent(3, 4), percent(0, 4)] == [0, 25, 100]


def test_a_copy_has_the_state_of_its_start_and_is_one_file(database, tmp_path):
    with (
        closing(sqlite3.connect(database, isolation_level=None)) as writer,
        closing(open_to_read(database)) as source,
    ):
        copy(source, tmp_path / "copy", lambda percent: writer.execute("INSERT INTO t VALUES (2)"))
        assert count(source) > 1
    with closing(open_backup(tmp_path / "copy")) as copied:
        assert count(copied) == 1
        assert copied.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert sorted(os.listdir(tmp_path)) == [database.name, "copy"]


def test_a_backup_is_read_with_its_wal_and_leaves_no_files_beside_it(database):
    with closing(open_backup(database)) as backup:
        assert count(backup) == 1
    assert os.listdir(database.parent) == [database.name]
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("INSERT INTO t VALUES (2)")
        with closing(open_backup(database)) as backup:
            assert count(backup) == 2
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                backup.execute("DELETE FROM t")


def test_a_database_in_memory_has_no_file():
    name = connection.settings_dict["NAME"]
    try:
        for strange in (":memory:", "file:test?mode=memory"):
            connection.settings_dict["NAME"] = strange
            with pytest.raises(BackupError, match="not a SQLite file"):
                database_file("default")
    finally:
        connection.settings_dict["NAME"] = name


def test_an_error_of_the_system_is_one_line(tmp_path):
    nowhere = tmp_path / "nowhere"
    with (
        pytest.raises(BackupError, match="^Not made: No such file"),
        words("Not made"),
    ):
        (nowhere / "file").touch()
    with pytest.raises(BackupError, match="^Not read. SQLite says: unable"), words("Not read"):
        open_to_read(nowhere).close()
