"""Withdrawn text is in no file of the database any more."""

import logging
import random
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, connections

from stoppress import live
from stoppress.live.backups.backup import back_up
from stoppress.live.backups.sqlite_files import database_file
from stoppress.live.log import wiping
from stoppress.live.models import LoggedEvent
from tests.live.conftest import put

pytestmark = [pytest.mark.backend("sqlite"), pytest.mark.usefixtures("transactional_db", "board")]


def files():
    database = database_file("default")
    return [database, *(Path(f"{database}{suffix}") for suffix in ("-wal", "-shm"))]


def holding(text):
    """Return the names of the files that hold a text."""
    return [path.name for path in files() if path.exists() and text.encode() in path.read_bytes()]


def until_gone(text, seconds=30.0):
    end = time.monotonic() + seconds
    while found := holding(text):
        assert time.monotonic() < end, f"it is still in {found}"
        time.sleep(0.01)  # between two looks


def reading():
    return sqlite3.connect(database_file("default"), isolation_level=None)


def test_a_withdrawn_text_leaves_every_file_and_a_backup_has_none_of_it(tmp_path):
    for size in (1, 100, 2000):
        put(f"a{size}", text="the secret text " * size)
        put(f"b{size}", text="another text")
    assert holding("the secret text")
    for size in (1, 100, 2000):
        live.redact(f"a{size}", "thing.withdrawn")
    until_gone("the secret text")
    assert holding("another text")
    back_up(database_file("default"), tmp_path / "backup")
    assert b"the secret text" not in (tmp_path / "backup").read_bytes()


def test_the_texts_of_a_retold_stream_leave_every_file():
    put("a", text="the secret text")
    put("a", text="another text", stream="other:x")
    live.retell("board")
    until_gone("the secret text")
    assert holding("another text")


def test_a_text_that_is_not_withdrawn_moves_nothing():
    put("a", text="a text")
    assert files()[1].stat().st_size


def test_a_rolled_back_withdrawal_wipes_nothing():
    put("a", text="a text")
    with pytest.raises(ZeroDivisionError), live.atomic():
        live.redact("a", "thing.withdrawn")
        1 / 0  # noqa: B018
    assert wiping._wipers == {} and holding("a text")


def test_wiping_waits_for_a_reader_and_delays_neither_it_nor_a_publisher():
    put("a", text="the secret text")
    with closing(reading()) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM stoppress_live_loggedevent").fetchone()
        live.redact("a", "thing.withdrawn")
        for number in range(20):
            put(f"k{number}")
        assert holding("the secret text")
        again = reader.execute("SELECT count(*) FROM stoppress_live_loggedevent").fetchone()
        assert again == before
        reader.execute("ROLLBACK")
    until_gone("the secret text")


def test_constant_short_reads_and_writes_do_not_prevent_wiping():
    put("a", text="the secret text")
    ended = threading.Event()

    def read():
        with closing(reading()) as reader:
            while not ended.is_set():
                reader.execute("BEGIN")
                reader.execute("SELECT max(item) FROM stoppress_live_loggedevent").fetchone()
                reader.execute("ROLLBACK")

    def write():
        number = 0
        while not ended.wait(0.005):
            number += 1
            put(f"w{number}", text="words " * 50)
        connections.close_all()

    threads = [threading.Thread(target=work) for work in (read, read, read, write)]
    for thread in threads:
        thread.start()
    try:
        live.redact("a", "thing.withdrawn")
        until_gone("the secret text")
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def test_an_endless_reader_is_logged_once_and_wiping_is_retried_on_request(monkeypatch, caplog):
    monkeypatch.setattr(wiping, "PATIENCE_SECONDS", 0.2)
    put("a", text="the secret text")
    with closing(reading()) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stoppress_live_loggedevent").fetchone()
        with caplog.at_level(logging.WARNING, "stoppress.live"):
            live.redact("a", "thing.withdrawn")
            [wiper] = wiping._wipers.values()
            wiper.join(10)
        assert not wiper.is_alive() and wiping._wipers == {}
        [record] = caplog.records
        assert "withdrawn text may still be in" in record.message
        assert "another connection reads or writes" in record.message
        reader.execute("ROLLBACK")
    wiping.wipe_soon("default")
    until_gone("the secret text")


def test_a_missing_file_is_no_error_and_is_not_created(tmp_path):
    assert wiping.empty_wal(str(tmp_path / "nothing.sqlite3")) is not None
    assert list(tmp_path.iterdir()) == []


def test_every_connection_to_the_log_writes_zeros_whatever_sqlite_was_built_with():
    with live.reading(), connection.cursor() as database:
        database.execute("PRAGMA secure_delete")
        assert database.fetchone() == (1,)
    new = connections.create_connection("default")
    new.settings_dict = connection.settings_dict | {
        "OPTIONS": {"init_command": "PRAGMA secure_delete=OFF"}
    }
    try:
        with new.cursor() as database:
            database.execute("PRAGMA secure_delete")
            assert database.fetchone() == (1,)
    finally:
        new.close()


def test_a_backup_of_a_database_with_old_text_in_its_free_pages_has_none_of_it(tmp_path):
    old = tmp_path / "old.sqlite3"
    put("a", text="the secret text " * 2000)
    back_up(database_file("default"), old)
    with closing(sqlite3.connect(old, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete=OFF")
        database.execute("UPDATE stoppress_live_loggedevent SET item = ''")
    assert b"the secret text" in old.read_bytes()
    back_up(old, tmp_path / "backup")
    assert b"the secret text" not in (tmp_path / "backup").read_bytes()


def test_many_texts_of_all_sizes_are_withdrawn_and_trimmed():
    dice = random.Random(7)
    shown = []
    for number in range(300):
        size = dice.choice([1, 20, 150, 600])
        put(f"k{number}", text=f"<secret {number:04}>" * size)
        shown.append(number)
        if number % 3 == 0:
            gone = shown.pop(dice.randrange(len(shown)))
            live.redact(f"k{gone}", "thing.withdrawn")
    LoggedEvent.objects.filter(position__lte=50).delete()
    for number in shown:
        live.redact(f"k{number}", "thing.withdrawn")
    until_gone("<secret ")
