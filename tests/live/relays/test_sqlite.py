import asyncio
import os
import selectors
import shutil
import sqlite3
import threading
from contextlib import closing

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections

from stoppress.live import metrics
from stoppress.live.database import existing_file
from stoppress.live.relays import notices, pace
from stoppress.live.relays.sqlite import SqliteRelay
from tests.live.conftest import put
from tests.services.stand_in import StandIn

from .bell import Bell, soon

pytestmark = [pytest.mark.backend("sqlite"), pytest.mark.usefixtures("transactional_db", "board")]


@pytest.fixture(autouse=True)
def no_connection_to_a_file_that_is_gone():
    """The thread of `sync_to_async` keeps its connection from test to test."""
    yield
    connections.close_all()
    asyncio.run(sync_to_async(connections.close_all)())


@pytest.fixture
def bell(settings):
    settings.STOPPRESS_LIVE = {"RELAY_POLL": 0.002, "SAFETY_POLL": 0.02}
    rung = Bell()
    relay = SqliteRelay.for_log(rung)
    assert relay is not None and rung.heard()
    yield rung
    relay.stop()
    assert not relay.is_alive()


def test_after_a_quiet_time_the_relay_looks_less_often_and_still_wakes(settings, monkeypatch):
    monkeypatch.setattr(pace, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(pace, "SELDOM", 100)
    settings.STOPPRESS_LIVE = {"RELAY_POLL": 0.003, "SAFETY_POLL": 60}
    rung = Bell()
    relay = SqliteRelay.for_log(rung)
    assert relay is not None and rung.heard()
    # It looks each 0.3 s. What was written before it began may still be told.
    assert soon(lambda: not rung.heard(0.4))
    put("a")
    assert rung.heard()
    relay.stop()


def test_after_one_proven_notice_commits_wake_at_once(settings):
    settings.STOPPRESS_LIVE = {"RELAY_POLL": 1.2, "SAFETY_POLL": 60}
    rung = Bell()
    relay = SqliteRelay.for_log(rung)
    assert relay is not None and rung.heard()
    put("a")
    assert rung.heard()
    # It looks after 1.2 s; of the next 2.4 it is deaf for half, and listens for the rest.
    assert not rung.heard(2.9)  # the middle of that rest
    put("b")
    assert rung.heard()
    relay.stop()
    assert not relay.is_alive()


def test_without_free_descriptors_the_relay_tries_again(settings, monkeypatch):
    settings.STOPPRESS_LIVE = {"RELAY_POLL": 0.002, "SAFETY_POLL": 0.02}
    made = []

    def none_left():
        made.append(True)
        if len(made) < 3:
            raise OSError(24, "Too many open files")
        return selectors.DefaultSelector()

    system = StandIn(selectors, DefaultSelector=none_left)
    monkeypatch.setattr(notices, "selectors", system)  # no test takes the last descriptor
    rung = Bell()
    relay = SqliteRelay.for_log(rung)
    assert soon(lambda: len(made) >= 3)
    rung.hush()
    put("a")
    assert rung.heard() and relay.is_alive()
    relay.stop()


def test_without_notices_the_relay_polls_the_file(settings, monkeypatch):
    monkeypatch.setattr(notices, "INotify", None)  # a system without
    settings.STOPPRESS_LIVE = {"RELAY_POLL": 0.003, "SAFETY_POLL": 60}
    rung = Bell()
    relay = SqliteRelay.for_log(rung)
    assert relay is not None and rung.heard()
    for key in "abc":
        put(key)
        assert rung.heard()
    relay.stop()


def test_a_commit_of_another_connection_rings(bell):
    put("a")
    assert bell.heard()


def test_a_path_that_is_no_uri_by_itself_is_watched_all_the_same(bell, tmp_path):
    path = str(tmp_path / "100%25 #1?.sqlite3")
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE t (n)")
    with closing(sqlite3.connect(existing_file(path), uri=True)) as opened:
        assert opened.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_a_file_put_in_the_databases_place_rings_and_is_watched_from_then_on(bell, tmp_path):
    name = str(connection.settings_dict["NAME"])
    connection.close()
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(name, copy)
    for leftover in ("-wal", "-shm"):
        if os.path.exists(name + leftover):
            os.unlink(name + leftover)
    os.replace(copy, name)
    assert bell.heard()
    put("a")
    assert bell.heard()


def test_a_missing_file_is_waited_for_and_not_created(bell, tmp_path):
    name = str(connection.settings_dict["NAME"])
    connection.close()
    os.rename(name, tmp_path / "away")
    assert soon(lambda: metrics.RELAY_UP.labels("sqlite")._value.get() == 0)
    # Its first tries come within 50, 100 and 200 ms; after two of them there must still be none.
    assert not threading.Event().wait(0.2) and not os.path.exists(name)
    os.rename(tmp_path / "away", name)
    assert bell.heard()
