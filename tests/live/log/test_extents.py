import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stoppress.live.log import extents
from stoppress.live.log.extents import walk
from stoppress.live.log.history import read_head
from stoppress.live.log.trimming import trim_streams
from stoppress.live.models import LoggedEvent, StreamHead
from tests.live.conftest import put

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def test_each_stream_that_has_events_is_found_with_the_first_and_the_last(monkeypatch):
    monkeypatch.setattr(extents, "STREAMS_A_QUERY", 3)
    names = sorted(f"other:{number}" for number in range(7))
    for name in names:
        put("a", stream=name)
        put("b", stream=name)
    StreamHead.objects.create(name="other:empty", head=9, link="0" * 16, floor=9, floor_link="")
    pages = list(walk("default"))
    assert [len(page) for page in pages] == [3, 3, 1]
    found = [extent for page in pages for extent in page]
    assert sorted(extent.stream for extent in found) == names
    for extent in found:
        rows = list(LoggedEvent.objects.filter(stream=extent.stream).order_by("position"))
        assert (extent.first, extent.first_time) == (1, rows[0].time)
        assert (extent.last, extent.last_time) == (2, rows[1].time)
        assert extent.head == read_head(extent.stream).cursor and extent.most == 2


def test_a_log_without_events_has_no_extents():
    assert not any(walk("default"))


def test_a_stream_without_a_head_is_skipped():
    put("a")
    put("a", stream="other:x")
    StreamHead.objects.filter(name="board").delete()
    assert [extent.stream for page in walk("default") for extent in page] == ["other:x"]


@pytest.fixture
def long_log():
    """Write 4,000 old events in 2,000 streams, of which no statistics tell the database."""
    year = "'2020-01-01 00:00:00'"
    numbers = (
        "WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 3999)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stoppress_live_loggedevent "
            "(stream, position, link, uid, time, event, op, key, item, redacts, redacted) "
            f"{numbers} SELECT 'other:' || (n / 2), 1 + n % 2, '', '', {year}, 'thing.said', "
            "'put', 'key:' || n, '', false, false FROM number"
        )
        cursor.execute(
            "INSERT INTO stoppress_live_streamhead (name, head, link, floor, floor_link) "
            f"{numbers} SELECT 'other:' || n, 2, '', 0, '' FROM number WHERE n < 2000"
        )


def test_trimming_reads_no_table_whole_also_where_the_database_has_no_statistics(
    long_log, monkeypatch
):
    for number in range(40):
        put(f"k{number}", stream="other:1999")
    monkeypatch.setattr(extents, "STREAMS_A_QUERY", 2500)
    with CaptureQueriesContext(connection) as queries:
        trim_streams(timezone.now(), keep_events=3, keep_hours=0, keep_quiet_days=30)
    assert LoggedEvent.objects.count() == 3
    plans = {}
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with transaction.atomic(), connection.cursor() as cursor:
        for sql in [query["sql"] for query in queries]:
            if "stoppress_live_" in sql:
                cursor.execute(explain + sql)
                plans[sql] = "\n".join(str(row[-1]) for row in cursor.fetchall())
            elif sql.startswith("SET LOCAL"):
                cursor.execute(sql)
    kinds = {sql.split()[0] for sql in plans}
    assert kinds == {"WITH", "SELECT", "DELETE", "UPDATE"}
    for sql, plan in plans.items():
        for table in ("stoppress_live_loggedevent", "stoppress_live_streamhead"):
            assert f"Seq Scan on {table}" not in plan, f"{sql}\n{plan}"
            assert f"SCAN {table}" not in plan, f"{sql}\n{plan}"
        assert "SCAN e" not in plan and "SCAN h" not in plan, f"{sql}\n{plan}"
