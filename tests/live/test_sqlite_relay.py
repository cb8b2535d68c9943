import os
import shutil
import threading

import pytest
from django.db import connection

from stoppress.live.readers import close_readers
from stoppress.live.sqlite_relay import SqliteRelay

from .conftest import put

pytestmark = [pytest.mark.backend("sqlite"), pytest.mark.usefixtures("transactional_db", "board")]


class Bell:
    def __init__(self):
        self.rung = threading.Semaphore(0)

    def __call__(self):
        self.rung.release()

    def heard(self):
        return self.rung.acquire(timeout=10)


@pytest.fixture
def bell(settings):
    settings.STOPPRESS_LIVE = {"RELAY_POLL": 0.002, "SAFETY_POLL": 0.02}
    rung = Bell()
    relay = SqliteRelay.for_log(rung)
    assert relay is not None and rung.heard()
    yield rung
    relay.stop()
    assert not relay.is_alive()


def test_a_commit_of_another_connection_rings(bell):
    put("a")
    assert bell.heard()


def test_a_file_put_in_the_databases_place_rings_and_is_watched_from_then_on(bell, tmp_path):
    name = str(connection.settings_dict["NAME"])
    connection.close()
    close_readers()
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(name, copy)
    for leftover in ("-wal", "-shm"):
        if os.path.exists(name + leftover):
            os.unlink(name + leftover)
    os.replace(copy, name)
    assert bell.heard()
    put("a")
    assert bell.heard()


def test_while_the_file_is_away_it_waits_and_makes_none(bell, tmp_path):
    name = str(connection.settings_dict["NAME"])
    connection.close()
    os.rename(name, tmp_path / "away")
    # The relay looks at the file every 20 ms; five looks later there must still be none.
    assert not threading.Event().wait(0.1) and not os.path.exists(name)
    os.rename(tmp_path / "away", name)
    assert bell.heard()
