import asyncio
import os
import shutil
import sqlite3
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command
from django.db import connection, connections

from stoppress import live
from stoppress.live.backups.backup import back_up
from stoppress.live.backups.restoring import restore
from stoppress.live.backups.sqlite_files import BackupError, database_file
from stoppress.live.hub import queries
from stoppress.live.log.history import read_head, read_heads
from stoppress.live.models import Installation, LoggedEvent
from stoppress.live.protocol.cursor import Cursor
from tests.live.conftest import put
from tests.live.reader import Reader, say
from tests.services.full_disk import files_no_larger_than

from .test_backup import overwrite

pytestmark = [pytest.mark.backend("sqlite"), pytest.mark.usefixtures("transactional_db", "board")]


@pytest.fixture(autouse=True)
def no_file_is_left():
    """Databases that a restore has kept, removed after the test."""
    directory = database_file("default").parent
    before = set(os.listdir(directory))
    yield
    connections.close_all()
    asyncio.run(sync_to_async(connections.close_all)())
    left = set(os.listdir(directory)) - before
    for name in left:
        (directory / name).unlink()
    assert all("before-restore" in name or name.startswith("test.sqlite3-") for name in left)


def keys():
    return list(LoggedEvent.objects.order_by("position").values_list("key", flat=True))


def beside():
    """Return what lies in the database's directory, but for what SQLite has there itself."""
    files = os.listdir(database_file("default").parent)
    return sorted(name for name in files if not name.endswith(("-wal", "-shm")))


@pytest.fixture
def backup(tmp_path):
    """A backup of two events; the database has two more."""
    put("a")
    put("b")
    path = tmp_path / "backup.sqlite3"
    back_up(database_file("default"), path)
    put("c")
    put("d")
    return path


def put_back(path, wait=10.0, say=lambda line: None, progress=None):
    return restore(path, "default", wait=wait, report=say, progress=progress)


def test_the_database_equals_the_backup_and_the_old_one_is_kept(backup, capsys):
    file = os.stat(database_file("default"))
    call_command("restore", str(backup))
    assert keys() == ["a", "b"]
    told = capsys.readouterr()
    [kept] = [name for name in beside() if "before-restore" in name]
    assert kept in told.out and "tokens" in told.out and "Withdrawn" not in told.out
    kept_path = database_file("default").with_name(kept)
    with closing(sqlite3.connect(kept_path)) as database:
        rows = database.execute("SELECT key FROM stoppress_live_loggedevent ORDER BY position")
        assert [key for (key,) in rows] == ["a", "b", "c", "d"]
    now = os.stat(database_file("default"))
    assert (now.st_ino, now.st_dev) == (file.st_ino, file.st_dev)
    with connection.cursor() as database:
        database.execute("PRAGMA journal_mode")
        assert database.fetchone() == ("wal",)
        database.execute("PRAGMA integrity_check")
        assert database.fetchone() == ("ok",)
    put("e")
    call_command("restore", str(kept_path))
    assert keys() == ["a", "b", "c", "d"]


def test_the_kept_database_is_one_file_that_only_its_owner_may_read(backup):
    kept = put_back(backup).kept
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [name for name in beside() if name.startswith(kept.name)] == [kept.name]


def mode(path):
    return path.stat().st_mode & 0o777


@contextmanager
def database_at(path):
    """Have the site's database be another file."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


@pytest.fixture
def open_mask():
    """A site of another make has a mask of its own, which takes nothing away here."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    ("before", "now"),
    [(0o644, 0o600), (0o666, 0o660), (0o640, 0o600), (0o664, 0o660), (0o600, 0o600)],
)
def test_a_restored_database_is_closed_to_others_while_it_is_in_use(
    backup, open_mask, capsys, before, now
):
    database = database_file("default")
    files = [database, *(Path(f"{database}{suffix}") for suffix in ("-wal", "-shm"))]
    for file in files:
        file.chmod(before)
    try:
        call_command("restore", str(backup))
        assert keys() == ["a", "b"]
        assert [mode(file) for file in files] == [now] * 3
        [kept] = [database.with_name(name) for name in beside() if "before-restore" in name]
        assert mode(kept) == 0o600
        told = f"was open to other users (mode {before:04o}) and now is not ({now:04o})"
        assert (told in capsys.readouterr().err) == (before != now)
    finally:
        for file in files:
            file.chmod(0o600)


def test_a_backup_is_its_owners_whatever_the_mask(backup, open_mask, tmp_path):
    back_up(database_file("default"), tmp_path / "another.sqlite3")
    assert mode(tmp_path / "another.sqlite3") == 0o600


@pytest.mark.parametrize("linked", [False, True])
def test_a_database_that_a_restore_makes_is_its_owners_alone(backup, open_mask, tmp_path, linked):
    new = tmp_path / "new.sqlite3"
    if linked:
        new.symlink_to("real.sqlite3")
    seen = set()

    def look(percent):
        seen.update(mode(path) for path in tmp_path.iterdir() if path != backup)

    with database_at(new):
        put_back(backup, progress=look)
        assert keys() == ["a", "b"] and seen == {0o600}
        assert {mode(path) for path in tmp_path.iterdir()} == {0o600}


def test_a_restore_that_fails_makes_no_database(backup, tmp_path):
    def fail(percent):
        raise Full

    with database_at(tmp_path / "new.sqlite3"), pytest.raises(Full):
        put_back(backup, progress=fail)
    assert os.listdir(tmp_path) == ["backup.sqlite3"]


@pytest.mark.parametrize("wait", ["x", "-1", "nan", "inf"])
def test_an_invalid_wait_is_refused_with_a_message(backup, wait):
    with pytest.raises(CommandError, match=f"a number of seconds, 0 or more; it is '{wait}'"):
        call_command("restore", str(backup), f"--wait={wait}")


def edited(backup, *statements):
    with closing(sqlite3.connect(backup)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    return backup


def other_database(backup):
    backup.unlink()
    return edited(backup, "CREATE TABLE some_table (n)")


def cut(length):
    def shorten(backup):
        os.truncate(backup, int(backup.stat().st_size * length))
        return backup

    return shorten


def damaged(backup):
    overwrite(backup)
    return backup


def of_a_newer_version(backup):
    row = "('stoppress_live', '9999_of_tomorrow', '2030-01-01')"
    return edited(backup, f"INSERT INTO django_migrations (app, name, applied) VALUES {row}")


WRONG = {
    "missing": (lambda backup: backup.with_name("nothing"), "there is no such file"),
    "directory": (lambda backup: backup.parent, "it is not a file"),
    "device": (lambda backup: Path("/dev/null"), "it is not a file"),
    "text": (lambda backup: Path(__file__), "it is not a SQLite database"),
    "empty": (cut(0), "it is not a SQLite database"),
    "a header": (cut(0.0002), "SQLite says: "),
    "a third": (cut(0.33), "SQLite says: "),
    "all but its end": (cut(0.995), "SQLite says: "),
    "damaged": (damaged, "SQLite says: "),
    "another": (other_database, "it has no table django_migrations"),
    "emptied": (
        lambda backup: edited(backup, "DELETE FROM stoppress_live_installation"),
        "stoppress_live_installation is empty",
    ),
    "newer": (of_a_newer_version, "stoppress_live.9999_of_tomorrow: install that version first"),
    "itself": (lambda backup: database_file("default"), "is the database in use"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_one_line_of_error_and_changes_nothing(backup, name, capsys):
    spoil, words = WRONG[name]
    wrong = spoil(backup)
    files = beside()
    with pytest.raises(CommandError, match=words) as refused:
        call_command("restore", str(wrong))
    assert "\n" not in str(refused.value) and str(wrong) in str(refused.value)
    assert keys() == ["a", "b", "c", "d"] and beside() == files
    put("e")


def test_migrations_of_an_app_that_is_not_installed_here_are_no_reason_to_refuse(backup):
    row = "('a_plugin', '0001_initial', '2030-01-01')"
    edited(backup, f"INSERT INTO django_migrations (app, name, applied) VALUES {row}")
    put_back(backup)
    assert keys() == ["a", "b"]


def test_the_wait_for_a_writer_is_limited_and_then_changes_nothing(backup):
    files = beside()
    with live.atomic():
        put("late")
        with pytest.raises(
            CommandError,
            match=r"Nothing was restored: another process has held the database's lock for 0.2 s",
        ):
            call_command("restore", str(backup), "--wait", "0.2")
    assert keys() == ["a", "b", "c", "d", "late"] and beside() == files


def test_a_restore_waits_for_a_writer_and_keeps_its_rows(backup):
    holds, release = threading.Event(), threading.Event()

    def write():
        with live.atomic():
            put("late")
            holds.set()
            assert release.wait(10)
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    assert holds.wait(10)
    told = []

    def restore_it():
        told.append(put_back(backup))
        connections.close_all()

    restoring = threading.Thread(target=restore_it)
    restoring.start()
    restoring.join(0.3)
    assert restoring.is_alive()
    release.set()
    restoring.join()
    writer.join()
    assert keys() == ["a", "b"]
    with closing(sqlite3.connect(told[0].kept)) as database:
        query = "SELECT count(*) FROM stoppress_live_loggedevent WHERE key = 'late'"
        assert database.execute(query).fetchone() == (1,)


def test_a_restore_blocks_writers_and_lets_readers_see_the_old_state(backup):
    seen = []

    def look(percent):
        with live.reading():
            seen.append(keys())
        other = sqlite3.connect(database_file("default"), timeout=0)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    put_back(backup, progress=look)
    assert seen and all(state == ["a", "b", "c", "d"] for state in seen)
    assert keys() == ["a", "b"]


def test_a_long_reader_does_not_delay_the_restore_and_sees_one_state(backup):
    with live.reading():
        assert keys() == ["a", "b", "c", "d"]
        thread = threading.Thread(target=lambda: (put_back(backup), connections.close_all()))
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        assert keys() == ["a", "b", "c", "d"]
    with live.reading():
        assert keys() == ["a", "b"]


class Full(Exception):
    pass


@pytest.mark.parametrize("when", ["Keeping", "Writing", "progress"])
def test_an_error_at_any_step_changes_nothing(backup, when):
    files = beside()

    def say(line):
        if line.startswith(when):
            raise Full

    def progress(percent):
        if when == "progress" and percent > 40:
            raise Full

    with pytest.raises(Full):
        put_back(backup, say=say, progress=progress)
    assert keys() == ["a", "b", "c", "d"] and beside() == files
    put("e")
    put_back(backup)
    assert keys() == ["a", "b"]


def test_a_full_disk_at_any_step_changes_nothing(backup, tmp_path):
    with live.atomic():
        for number in range(200):
            put(f"k{number}", text="words " * 50)
    large, size = tmp_path / "large.sqlite3", backup.stat().st_size
    back_up(database_file("default"), large)
    for path, limit, words in (
        (large, 0, "cannot be copied to .*restoring-"),
        (large, size // 2, "cannot be copied to .*restoring-"),
        (backup, size, r"before-restore-\S+ cannot be written"),
    ):
        check_that_it_fails(path, limit, words)
    put_back(backup)
    check_that_it_fails(
        large, large.stat().st_size, r"test.sqlite3 cannot be written\. SQLite says"
    )


def check_that_it_fails(path, limit, words):
    before, files = keys(), beside()
    with files_no_larger_than(limit), pytest.raises(BackupError, match=words):
        put_back(path)
    assert keys() == before and beside() == files
    put("after")


def test_a_backup_with_pages_of_another_size_and_one_in_wal_mode_are_put_back(backup):
    edited(backup, "PRAGMA page_size=1024", "VACUUM")
    put_back(backup)
    assert keys() == ["a", "b"]
    with closing(sqlite3.connect(backup, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("UPDATE stoppress_live_loggedevent SET key = 'z' WHERE key = 'b'")
        assert Path(f"{backup}-wal").stat().st_size
        content = backup.read_bytes()
        put_back(backup)
        assert keys() == ["a", "z"]
        assert backup.read_bytes() == content
    assert os.listdir(backup.parent) == ["backup.sqlite3"]
    backup.chmod(0o400)
    put_back(backup)
    assert os.listdir(backup.parent) == ["backup.sqlite3"]


def test_a_database_larger_and_one_smaller_than_the_backup_are_replaced_whole(backup, tmp_path):
    with live.atomic():
        for number in range(2000):
            put(f"k{number}", text="words " * 50)
    large = tmp_path / "large.sqlite3"
    back_up(database_file("default"), large)
    for path, count in ((backup, 2), (large, 2004), (backup, 2)):
        put_back(path)
        assert LoggedEvent.objects.count() == count
        with connection.cursor() as database:
            database.execute("PRAGMA integrity_check")
            assert database.fetchone() == ("ok",)


def test_withdrawals_after_the_backup_are_listed(backup, tmp_path, capsys):
    live.redact("a", "thing.withdrawn")
    live.redact("d", "thing.withdrawn")
    later = tmp_path / "later.sqlite3"
    back_up(database_file("default"), later)
    live.redact("b", "thing.withdrawn")
    assert put_back(later).withdrawn == ["b"]
    call_command("restore", str(backup))
    assert "withdrawn after the backup and are now visible again: a, d." in (
        capsys.readouterr().out
    )


def test_new_events_beyond_the_old_head_do_not_make_the_old_cursors_good_again(backup):
    known = {name: head.cursor for name, head in read_heads(["board", "other:new"]).items()}
    old = [Cursor(row.position, row.link) for row in LoggedEvent.objects.order_by("position")]
    put_back(backup)
    for count in range(5):
        growth = queries.look(known, 500).growths
        assert growth["board"].reset == "fork" and "other:new" not in growth
        for cursor in old[:2]:  # these are in the backup too
            assert isinstance(queries.read_replay_page("board", cursor, 500), list)
        for cursor in old[2:]:
            lost = "fork" if cursor.position <= 2 + count else "ahead"
            assert queries.read_replay_page("board", cursor, 500) == lost
        put(f"new{count}")
    assert read_head("board").cursor.position == 7


def test_a_backup_of_another_installation_makes_every_cursor_strange(backup):
    first = read_head("other:new").cursor
    Installation.objects.update(uid=b"x" * 16)
    other = backup.with_name("other.sqlite3")
    back_up(database_file("default"), other)
    Installation.objects.update(uid=b"y" * 16)
    put_back(other)
    assert queries.look({"other:new": first}, 500).growths["other:new"].reset == "fork"


async def test_every_reader_of_a_changed_stream_gets_one_snapshot_at_once_and_continues(
    hub, settings, tmp_path
):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60.0}
    await say("a")
    await say("x", stream="other:x")
    path = tmp_path / "backup.sqlite3"
    await sync_to_async(back_up)(database_file("default"), path)
    readers = [await Reader(hub).join("board", "other:x") for _ in range(5)]
    await say("b", "c")
    for reader in readers:
        await reader.until(2)
    await asyncio.to_thread(lambda: (put_back(path), connections.close_all()))
    for reader in readers:
        await reader.until(3, "snapshot")
    await say("d")
    for reader in readers:
        await reader.until(3)
        *starts, last = [(f["stream"], f["reason"]) for f in reader.of("snapshot")]
        assert sorted(starts) == [("board", "start"), ("other:x", "start")]
        assert last == ("board", "fork")
        [fork] = [f for f in reader.of("snapshot") if f["reason"] == "fork"]
        assert [i["key"] for i in fork["items"]] == ["a"]
        last = reader.of("event")[-1]
        assert last["key"] == "d" and last["after"] == fork["cursor"]


def test_a_restore_without_a_database_creates_it(backup, tmp_path, settings):
    shutil.copy(backup, tmp_path / "copy")
    with database_at(tmp_path / "new.sqlite3"):
        restored = put_back(tmp_path / "copy")
        assert restored.kept is None and keys() == ["a", "b"]
