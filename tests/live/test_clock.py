import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stoppress.live import metrics
from stoppress.live.clock import MachineClock, database_time
from stoppress.live.log.history import read_after, read_head
from stoppress.live.models import LoggedEvent
from tests.live.asking import counted
from tests.live.conftest import put

MINUTE = timedelta(minutes=1)


def right() -> datetime:
    return datetime.now(UTC)  # of the machine under the test, whose clock is right


@pytest.mark.django_db
@pytest.mark.backend("sqlite")
def test_on_sqlite_the_machine_decides(fast_machine):
    before = timezone.now()
    assert before <= database_time() <= timezone.now()
    assert before <= MachineClock().compare()


@pytest.mark.django_db(transaction=True)
@pytest.mark.backend("sqlite")
@pytest.mark.usefixtures("board", "fast_machine")
def test_a_clock_that_is_set_back_changes_no_order(monkeypatch):
    before = read_head("board").cursor
    put("a")
    monkeypatch.undo()  # the clock is set back to the right time
    put("b")
    frames = read_after("board", before, read_head("board"), 10)
    assert [frame.key for frame in frames] == ["a", "b"]
    earlier, later = LoggedEvent.objects.order_by("-position").values_list("time", flat=True)
    assert earlier < later - MINUTE


@pytest.mark.django_db
@pytest.mark.backend("postgres")
class TestOnPostgreSQL:
    def test_the_databases_time_counts_and_advances_in_a_transaction(self, fast_machine):
        with transaction.atomic():
            began = right()
            first, second = database_time(), database_time()
        assert began - MINUTE < first < second < began + MINUTE

    def test_an_event_has_the_databases_time_without_a_query_for_it(
        self, board, fast_machine, django_capture_on_commit_callbacks
    ):
        before = right()
        told = django_capture_on_commit_callbacks(execute=True)
        with CaptureQueriesContext(connection) as asked, told:
            put("a")
        assert [query for query in asked if query["sql"].startswith("SELECT statement_")] == []
        assert abs(LoggedEvent.objects.get(stream="board").time - before) < MINUTE

    def test_the_difference_is_measured_and_is_logged_when_it_comes_and_goes(
        self, fast_machine, caplog, monkeypatch
    ):
        caplog.set_level(logging.INFO, "stoppress.live")
        clock = MachineClock()
        for _ in range(3):
            assert abs(clock.compare() - right()) < MINUTE
        assert abs(clock.ahead - 600) < 1
        assert abs(counted(metrics.CLOCK_AHEAD, "default") - 600) < 1
        assert abs(clock.seconds() - right().timestamp()) < 1
        monkeypatch.undo()
        clock.compare()
        assert abs(clock.ahead) < 1
        said = [re.sub(r"[\d.]+ s", "so many s", each.getMessage()) for each in caplog.records]
        assert said == [
            "this machine's clock is so many s ahead of the database's: one of the two is wrong, "
            "and the database's decides",
            "this machine's clock agrees with the database's again",
        ]

    def test_a_slow_answer_does_not_change_the_difference(self):
        clock = MachineClock(iter([0.0, 1.0, 0.0, 4.0]).__next__)  # the second takes 4 s
        clock.compare()
        known = clock.ahead
        clock.compare()
        assert clock.ahead == known
