import pytest
from django.db import connection

from stoppress.live.relays import hints
from stoppress.live.relays.start import start_relays
from tests.live.conftest import put

from .bell import Bell

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


@pytest.fixture
def bell():
    return Bell()


@pytest.fixture
def started(bell):
    """The relays of a hub, by their names."""
    running = []

    def start():
        running.extend(start_relays(bell))
        assert bell.heard()
        return sorted(type(one).__name__ for one in running)

    yield start
    for one in running:
        one.stop()


def test_a_database_by_itself_has_its_own_relay(started, bell, settings):
    settings.CHANNEL_LAYERS = {}
    assert started() == ["SqliteRelay" if connection.vendor == "sqlite" else "PostgresRelay"]
    put("a")
    assert bell.heard()


def test_with_a_layer_postgres_holds_no_listen_and_sqlite_keeps_its_watch(started, settings, redis):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis.url]},
        }
    }
    watch = ["SqliteRelay"] if connection.vendor == "sqlite" else []
    assert started() == ["LayerRelay", *watch]


@pytest.mark.backend("postgres")
def test_another_connection_may_listen(bell, settings):
    settings.STOPPRESS_LIVE = {"LISTEN_DATABASE": "nowhere"}
    [listening] = start_relays(bell)
    assert not bell.heard(0.3)
    listening.stop()


def test_a_hub_of_this_process_is_woken_by_an_announcement_until_it_is_forgotten(bell):
    hints.listen(bell)
    hints.announce()
    assert bell.heard(0)
    hints.forget(bell)
    hints.forget(bell)
    hints.announce()
    assert not bell.heard(0)
