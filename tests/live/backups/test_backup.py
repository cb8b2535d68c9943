import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from stoppress import live
from stoppress.live.backups.backup import back_up, examine
from stoppress.live.backups.sqlite_files import BackupError, database_file
from stoppress.live.models import LoggedEvent
from tests.live.conftest import put
from tests.services.full_disk import files_no_larger_than

pytestmark = [pytest.mark.backend("sqlite"), pytest.mark.usefixtures("transactional_db", "board")]


def put_all(count):
    with live.atomic():
        for number in range(count):
            put(f"k{number:05}", text="words " * 50)


def test_a_backup_made_while_others_publish_is_the_state_of_one_moment(tmp_path):
    put_all(3000)
    ended, copying = threading.Event(), threading.Event()
    count = 0

    def write():
        nonlocal count
        while not ended.is_set():
            with live.atomic():
                put("one")
                put("other", stream="other:x")
            count += 1
            copying.set()
        connections.close_all()

    def in_the_midst(percent):
        before = count
        while count < before + 2:  # a publisher does not wait for the copy
            assert writer.is_alive()

    writer = threading.Thread(target=write)
    writer.start()
    assert copying.wait(10)
    try:
        contents = back_up(database_file("default"), tmp_path / "backup", in_the_midst)
    finally:
        ended.set()
        writer.join()
    with closing(sqlite3.connect(tmp_path / "backup")) as copy:
        heads = dict(copy.execute("SELECT name, head FROM stoppress_live_streamhead"))
        rows = dict(
            copy.execute("SELECT stream, count(*) FROM stoppress_live_loggedevent GROUP BY stream")
        )
    assert heads == rows and heads["board"] == heads["other:x"] + 3000
    assert contents.streams == 2 and contents.events == sum(rows.values())
    assert os.listdir(tmp_path) == ["backup"]
    assert LoggedEvent.objects.count() > contents.events


def test_only_its_owner_may_read_a_backup(tmp_path):
    back_up(database_file("default"), tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600


def test_an_existing_file_is_never_overwritten(tmp_path):
    there = tmp_path / "backup"
    there.write_text("an older backup")
    for path in (there, tmp_path):
        with pytest.raises(CommandError, match="exists already"):
            call_command("backup", str(path))
    with pytest.raises(CommandError, match="nowhere/backup was not written: No such file"):
        call_command("backup", str(tmp_path / "nowhere" / "backup"))
    assert there.read_text() == "an older backup" and os.listdir(tmp_path) == ["backup"]


def test_an_interrupted_backup_leaves_no_file(tmp_path):
    put_all(3000)

    def stop(percent):
        assert os.listdir(tmp_path)[0].startswith("backup.partial-")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(database_file("default"), tmp_path / "backup", stop)
    assert os.listdir(tmp_path) == []


def test_a_damaged_database_gives_no_backup(tmp_path):
    put_all(500)
    damaged = tmp_path / "damaged"
    back_up(database_file("default"), damaged)
    overwrite(damaged)
    with pytest.raises(BackupError, match="damaged cannot be backed up: "):
        back_up(damaged, tmp_path / "backup")
    assert os.listdir(tmp_path) == ["damaged"]


def test_a_backup_without_a_database_creates_none(tmp_path):
    name, wrong = connection.settings_dict["NAME"], tmp_path / "elsewhere.sqlite3"
    connection.close()
    connection.settings_dict["NAME"] = str(wrong)
    try:
        for command in (["backup", str(tmp_path / "backup")], ["trim"]):
            with pytest.raises(CommandError, match=f"no database yet: {wrong} does not exist"):
                call_command(*command)
    finally:
        connection.settings_dict["NAME"] = name
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_an_sqlite_error_and_leaves_no_file(tmp_path):
    put_all(500)
    for most in (0, 4096, 100_000):
        with files_no_larger_than(most), pytest.raises(CommandError, match="SQLite says: "):
            call_command("backup", str(tmp_path / "backup"))
        assert os.listdir(tmp_path) == []


def overwrite(path: Path) -> None:
    """Damage a database in its middle."""
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.seek(size // 4)
        file.write(b"\xff" * (size // 2))


def test_the_command_prints_what_the_backup_holds(tmp_path, capsys):
    put_all(2)
    call_command("backup", str(tmp_path / "backup"))
    out = capsys.readouterr().out
    assert out.startswith(f"{tmp_path}/backup holds the database: 1 streams and 2 events, the last")
    assert "media" in out
    assert examine(tmp_path / "backup").events == 2


@pytest.mark.backend("postgres")
def test_on_postgresql_the_commands_name_its_own_programs(tmp_path):
    with pytest.raises(CommandError, match="pg_dump"):
        call_command("backup", str(tmp_path / "backup"))
    with pytest.raises(CommandError, match="pg_restore .*Nothing was changed"):
        call_command("restore", str(tmp_path / "backup"))
    assert os.listdir(tmp_path) == []
