from contextlib import closing

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from stoppress import live
from stoppress.live.log.trimming import trim_streams
from stoppress.live.relays.notify import CHANNEL, notify
from tests.live.conftest import item, put

pytestmark = [pytest.mark.backend("postgres"), pytest.mark.usefixtures("transactional_db", "board")]


@pytest.fixture
def told(settings):
    """Return the notifications of a listener, after those of earlier commits."""
    settings.CHANNEL_LAYERS = {}
    parameters = connection.get_connection_params() | {"autocommit": True}
    with closing(psycopg.connect(**parameters)) as listener:
        listener.execute(f"LISTEN {CHANNEL}".encode())

        def payloads():
            listener.execute("SELECT pg_notify(%s, 'end')", [CHANNEL])
            heard = []
            for notification in listener.notifies(timeout=10):
                if notification.payload == "end":
                    return heard
                heard.append(notification.payload)
            return None

        yield payloads


def test_a_commit_notifies_each_changed_stream_once(told):
    with live.atomic():
        put("a")
        put("b")
        put("c", stream="other:x")
        assert told() == []
    assert told() == ["board other:x"]


def test_a_rollback_notifies_nothing(told):
    with pytest.raises(RuntimeError), live.atomic():
        put("a")
        raise RuntimeError
    with transaction.atomic():
        live.publish("board", "thing.said", item("b"))
        transaction.set_rollback(True)
    assert told() == []


def test_trimming_notifies_each_stream_whose_floor_moved(told):
    with live.atomic():
        put("a")
        put("b", stream="other:x")
    assert told() == ["board other:x"]
    trim_streams(timezone.now(), keep_events=0, keep_hours=0)
    assert told() == ["board", "other:x"]
    trim_streams(timezone.now(), keep_events=0, keep_hours=0)
    assert told() == []


def test_names_that_do_not_fit_are_left_out(told):
    names = [f"other:{number:057}" for number in range(200)]
    notify(names, "default")
    notify(names[:100], "default")
    assert told() == ["", " ".join(names[:100])]


def test_postgres_notifies_nothing_with_a_layer(told, settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}
    notify(["board"], "default")
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    notify(["other:x"], "default")
    assert told() == ["other:x"]
