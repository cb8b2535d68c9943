import pytest
from django.db import connection

from stoppress import live
from stoppress.live.database import log_database
from stoppress.live.log import rows
from tests.live.conftest import put

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def test_a_key_has_a_last_event_in_each_stream_that_it_was_in():
    put("a")
    put("a", version=2)
    put("a", stream="other:x")
    put("b", stream="other:x")
    live.remove("other:x", "thing.unsaid", "a")
    assert rows.last_events(log_database(), {"a", "b", "c"}) == {
        "a": {"board": (2, "put", 2), "other:x": (3, "remove", 3)},
        "b": {"other:x": (2, "put", 3)},
        "c": {},
    }


def test_more_keys_than_one_query_has_places_for_are_all_found():
    keys = [f"key:{number}" for number in range(1001)]
    with live.atomic():
        for key in keys:
            put(key)
    found = rows.last_events(log_database(), keys)
    assert [found[key]["board"].position for key in keys] == list(range(1, 1002))


@pytest.fixture
def long_log(transactional_db, board):
    """Write 20,000 events of 1,000 keys, and let the database know it."""
    put("first")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stoppress_live_loggedevent "
            "(stream, position, link, uid, time, event, op, key, item, redacts, redacted) "
            "SELECT 'board', n, '', '', now(), 'thing.said', 'put', 'key:' || n % 1000, '', "
            "false, false FROM generate_series(2, 20000) n"
        )
        cursor.execute("ANALYZE stoppress_live_loggedevent")


def plan(sql, places):
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql, places)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.backend("postgres")
def test_for_many_keys_the_log_is_not_read_whole(long_log):
    keys = [f"key:{number}" for number in range(500)]
    found = plan(rows._last_events_sql(log_database(), len(keys)), keys)
    assert "stoppress_last_by_key" in found
    assert "Seq Scan on stoppress_live_loggedevent" not in found


@pytest.mark.backend("postgres")
def test_the_keys_since_positions_are_found_in_the_index(long_log):
    put("other", stream="other:x")
    since = {"board": 19_998, "other:x": 0, "other:y": 0}
    assert rows.keys_since(log_database(), since) == {"key:999", "key:0", "other"}
    found = plan(rows._keys_since_sql(log_database()), [list(since), list(since.values())])
    assert "Seq Scan on stoppress_live_loggedevent" not in found
