import socket
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection, connections

from stoppress.live import metrics
from stoppress.live.relays.notify import CHANNEL
from stoppress.live.relays.postgres import PostgresRelay
from tests.live.conftest import put

from .bell import Bell, soon

ALIAS = "wire"


class Wire:
    """A database of its own, whose alias is ALIAS, and what is said of it."""

    def __init__(self, server):
        self.server = server
        self.url = server.new_database()
        self.reconnects = metrics.RELAY_RECONNECTS.labels("postgres")._value.get

    def query(self, sql):
        with psycopg.connect(self.url, autocommit=True) as client:
            return client.execute(sql.encode()).fetchall()

    def notify(self):
        self.query(f"SELECT pg_notify('{CHANNEL}', '')")

    def listeners(self):
        found = self.query(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            f"AND query = 'LISTEN {CHANNEL}'"
        )
        return [pid for (pid,) in found]

    @staticmethod
    def up():
        return metrics.RELAY_UP.labels("postgres")._value.get() == 1


@pytest.fixture
def wire(postgres):
    made = Wire(postgres)
    address = urlsplit(made.url)
    connections.databases[ALIAS] = connections.configure_settings(
        {
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": address.path.strip("/"),
                "USER": address.username,
                "HOST": address.hostname,
                "PORT": address.port,
            }
        }
    )["default"]
    yield made
    del connections.databases[ALIAS]


@pytest.fixture
def bell():
    return Bell()


@pytest.fixture
def relay(wire, bell):
    started = PostgresRelay(ALIAS, bell)
    started.start()
    yield started
    started.stop()
    assert not started.is_alive()


def test_earlier_events_wake_the_hub_and_later_ones_at_once(relay, wire, bell):
    assert bell.heard() and wire.up()
    listening = wire.listeners()
    for _ in range(20):
        bell.hush()
        wire.notify()
        assert bell.heard()
    # Its last statement is LISTEN still, on the same connection: it is told, and does not look.
    assert len(listening) == 1 and wire.listeners() == listening


def test_the_relay_listens_before_it_wakes_the_hub(relay, wire, bell):
    assert bell.heard()
    assert len(wire.listeners()) == 1


def test_a_connection_that_is_ended_comes_back_by_itself(relay, wire, bell):
    assert bell.heard()
    [pid] = wire.listeners()
    reconnects = wire.reconnects()
    wire.query(f"SELECT pg_terminate_backend({pid})")
    assert bell.heard(), "what came while it was away is read"
    assert wire.listeners() != [pid]
    assert wire.up() and wire.reconnects() == reconnects + 1
    bell.hush()
    wire.notify()
    assert bell.heard()


def test_the_relay_reconnects_after_a_long_outage(relay, wire, bell):
    assert bell.heard()
    wire.server.go_away()
    try:
        assert soon(lambda: not wire.up())
    finally:
        bell.hush()
        wire.server.come_back()
    assert bell.heard() and wire.up()
    bell.hush()
    wire.notify()
    assert bell.heard()


def test_a_server_that_is_not_there_yet_is_waited_for(wire, bell):
    wire.server.go_away()
    relay = PostgresRelay(ALIAS, bell)
    relay.start()
    try:
        assert not bell.heard(0.3)
    finally:
        wire.server.come_back()
    assert bell.heard()
    relay.stop()


def test_stopping_does_not_wait_for_a_silent_server(wire, bell):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings = connections.databases[ALIAS]
        settings["PORT"] = mute.getsockname()[1]
        settings["OPTIONS"] = {**settings.get("OPTIONS", {}), "connect_timeout": 60}
        relay = PostgresRelay(ALIAS, bell)
        relay.start()
        with mute.accept()[0]:
            relay.stop()
            assert relay.is_alive(), "stop waited for the connection"
    relay.join(30)
    assert not relay.is_alive()


def test_wrong_settings_do_not_end_the_relay(bell):
    relay = PostgresRelay("nowhere", bell)
    relay.start()
    assert not bell.heard(0.3) and relay.is_alive()
    relay.stop()
    assert not relay.is_alive()


@pytest.mark.backend("postgres")
@pytest.mark.usefixtures("transactional_db", "board")
def test_a_commit_of_another_connection_rings(bell):
    relay = PostgresRelay(connection.alias, bell)
    relay.start()
    assert bell.heard()
    put("a")
    assert bell.heard()
    relay.stop()
