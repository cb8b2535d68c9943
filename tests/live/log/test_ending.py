"""Transactions that end, break or nest in unusual ways: each tells all that it committed, once."""

import threading

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.test import TestCase

from stoppress import live
from stoppress.live.errors import LiveError, StreamBusy
from stoppress.live.log.outbox import tell_in_test
from stoppress.live.models import LoggedEvent
from tests.live.conftest import put
from tests.logged import logged

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def keys(stream="board"):
    return [event.key for event in LoggedEvent.objects.filter(stream=stream).order_by("position")]


OWN = Apps()  # of these tests: other groups of theirs are not told with them


class Shown(live.LiveModel, Group):
    """A group whose reading does what a test says."""

    reads = staticmethod(lambda: None)

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    live_order = "name"

    def live_streams(self):
        return ["board"]

    def live_item(self):
        type(self).reads()
        return {"name": self.name}


@pytest.fixture
def reads():
    def do(what):
        Shown.reads = staticmethod(what)

    yield do
    do(lambda: None)


@pytest.fixture
def by_hand():
    """Have no autocommit."""
    transaction.set_autocommit(False)
    yield
    transaction.rollback()
    transaction.set_autocommit(True)


def fail(error):
    def do():
        raise error

    return do


def missing_table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM locked_table")


ERRORS = pytest.mark.parametrize(
    "error", [ZeroDivisionError("!"), KeyboardInterrupt("!"), DatabaseError("!"), SystemExit(1)]
)


@ERRORS
@pytest.mark.parametrize("opener", [live.atomic, transaction.atomic])
def test_an_error_at_the_end_rolls_back_and_is_raised_unchanged(reads, error, opener):
    reads(fail(error))
    ran = []
    with pytest.raises(type(error)) as raised, opener():
        transaction.on_commit(lambda: ran.append(1))
        put("a")
        Shown.objects.create(name="a")
    assert raised.value is error
    assert not Group.objects.exists()
    assert keys() == ran == []
    reads(lambda: None)
    assert connection.get_autocommit()
    assert not connection.in_atomic_block
    Shown.objects.create(name="b")
    assert len(keys()) == 1


@ERRORS
def test_an_error_without_autocommit_rolls_back_too(reads, error, by_hand):
    reads(fail(error))
    Shown.objects.create(name="a")
    with pytest.raises(type(error)):
        transaction.commit()
    assert not Group.objects.exists()
    reads(lambda: None)
    Shown.objects.create(name="b")
    transaction.commit()
    assert len(keys()) == 1


def test_an_error_of_the_database_at_the_end_leaves_the_connection_clean(reads):
    reads(missing_table)
    with pytest.raises(DatabaseError):
        Shown.objects.create(name="a")
    reads(lambda: None)
    assert not Group.objects.exists()
    Shown.objects.create(name="b")
    assert len(keys()) == 1


@pytest.mark.backend("sqlite")
def test_an_error_that_only_contains_locked_is_not_a_busy_stream(reads):
    reads(missing_table)
    with pytest.raises(OperationalError, match="no such table: locked_table"):
        Shown.objects.create(name="a")


def test_a_manual_commit_writes_events_and_a_manual_rollback_none(by_hand):
    put("a")
    transaction.rollback()
    put("b")
    transaction.commit()
    with transaction.atomic():
        put("c")
    transaction.commit()
    assert keys() == ["b", "c"]


def test_events_match_the_rows_after_a_manual_rollback_to_a_savepoint(by_hand):
    """On SQLite Django makes no savepoint outside of an atomic block."""
    Group.objects.create(name="before")
    sid = connection.savepoint()
    Shown.objects.create(name="a")
    connection.savepoint_rollback(sid)
    transaction.commit()
    assert len(keys()) == Group.objects.filter(name="a").count()


@pytest.mark.backend("sqlite")
def test_turning_autocommit_on_commits_row_and_event():
    transaction.set_autocommit(False)
    Shown.objects.create(name="a")
    transaction.set_autocommit(True)  # SQLite commits here
    assert len(keys()) == Group.objects.count()


def test_manual_savepoints_work_also_from_before_the_first_mark():
    with transaction.atomic():
        first = connection.savepoint()
        put("a")
        second = connection.savepoint()
        put("b")
        connection.savepoint_rollback(second)
        put("c")
        third = connection.savepoint()
        put("d")
        connection.savepoint_commit(third)
        connection.savepoint_rollback(first)
        put("e")
        fourth = connection.savepoint()
        connection.savepoint_rollback(fourth)
    assert keys() == ["e"]


def test_savepoint_false_and_set_rollback():
    with transaction.atomic():
        put("a")
        outer, inner = transaction.atomic(), transaction.atomic(savepoint=False)
        with pytest.raises(ZeroDivisionError), outer, inner:
            put("b")
            1 / 0  # noqa: B018
        with transaction.atomic():
            put("c")
            transaction.set_rollback(True)
        put("d")
    assert keys() == ["a", "d"]
    with transaction.atomic():
        put("e")
        transaction.set_rollback(True)
    with transaction.atomic(durable=True):
        put("f")
    assert keys() == ["a", "d", "f"]


def test_a_publish_on_a_closed_connection_is_not_written_by_the_next_transaction():
    with transaction.atomic():
        Group.objects.create(name="lost")
        connection.close()
        put("lost")
    assert not Group.objects.exists()
    put("next")
    assert keys() == ["next"]


def test_marks_are_forgotten_when_the_connection_is_closed():
    with transaction.atomic():
        put("lost")
        connection.close()
    put("next")
    assert keys() == ["next"]


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_a_thread_that_may_not_end_the_transaction_takes_no_marks_from_it(end):
    shared, refused = connections["default"], []

    def in_another_thread():
        try:
            getattr(shared, end)()
        except DatabaseError as error:
            refused.append(error)

    transaction.set_autocommit(False)
    try:
        Shown.objects.create(name="a")
        thread = threading.Thread(target=in_another_thread)
        thread.start()
        thread.join()
        transaction.commit()
    finally:
        transaction.set_autocommit(True)
    assert len(refused) == len(keys()) == Group.objects.count() == 1


@pytest.mark.backend("postgres")
@pytest.mark.parametrize("inner", [False, True])
def test_a_lost_connection_loses_the_marks(inner):
    def kill():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError), transaction.atomic():
        put("lost")
        if inner:
            with transaction.atomic():
                put("lost-too")
                kill()
        kill()
    put("next")
    assert keys() == ["next"]


@pytest.mark.backend("postgres")
def test_a_connection_lost_while_objects_are_read_loses_the_marks(reads):
    def kill():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    reads(kill)
    with pytest.raises(OperationalError, match="terminat"):
        Shown.objects.create(name="a")
    reads(lambda: None)
    put("next")
    assert keys() == ["next"]


@pytest.mark.backend("postgres")
def test_a_held_stream_lock_is_a_clear_error_and_rolls_all_back(settings):
    settings.STOPPRESS_LIVE = {"LOCK_SECONDS": 0.2}
    put("a")
    holder = connection.copy()
    holder.set_autocommit(False)
    try:
        with holder.cursor() as cursor:
            cursor.execute("UPDATE stoppress_live_streamhead SET head = head WHERE name = 'board'")
        with pytest.raises(StreamBusy, match="Nothing was published"):
            Shown.objects.create(name="b")
    finally:
        holder.rollback()
        holder.close()
    assert not Group.objects.exists()
    put("c")
    assert keys() == ["a", "c"]


def test_on_commit_callbacks_run_in_order_after_the_events_and_may_publish():
    seen = []
    with transaction.atomic():
        transaction.on_commit(lambda: seen.append(keys()))
        put("a")
        transaction.on_commit(lambda: put("b"))
        transaction.on_commit(lambda: seen.append(keys()))
    assert seen == [["a"], ["a", "b"]]


def test_a_callback_of_a_reading_runs_after_the_commit(reads):
    ran = []
    reads(lambda: transaction.on_commit(lambda: ran.append(keys())))
    group = Shown.objects.create(name="a")
    assert ran == [[f"group:{group.pk}"]]


def test_atomic_blocks_while_reading_nest(reads):
    def read():
        with transaction.atomic(), transaction.atomic(savepoint=False):
            Group.objects.count()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            1 / 0  # noqa: B018

    reads(read)
    Shown.objects.create(name="a")
    assert len(keys()) == 1


def test_a_reading_that_publishes_is_an_error_also_within_an_atomic_block(reads):
    def read():
        with transaction.atomic():
            put("b")

    reads(read)
    with pytest.raises(LiveError, match="must only read"):
        Shown.objects.create(name="a")
    assert keys() == []
    assert not Group.objects.exists()


def test_a_publish_and_a_redaction_of_one_transaction_are_written_in_order():
    with transaction.atomic():
        put("a")
        live.redact("a", "thing.withdrawn")
    rows = LoggedEvent.objects.order_by("position")
    assert [(row.op, row.redacts, row.redacted, row.item) for row in rows] == [
        ("put", False, True, ""),
        ("remove", True, False, ""),
    ]


def test_the_on_commit_queue_holds_only_the_sites_callbacks():
    seen = []
    with transaction.atomic():
        put("a")
        transaction.on_commit(lambda: None)
        seen.append(len(connection.run_on_commit))
    assert seen == [1]


class TestInATestCase(TestCase):
    """Publishing within a site's own tests."""

    @classmethod
    def setUpTestData(cls):
        cls.key = f"group:{Shown.objects.create(name='a').pk}"

    def test_objects_of_setup_test_data_are_published_in_one_test(self):
        assert [event.key for event in logged()] == [self.key]

    def test_objects_of_setup_test_data_are_published_in_the_next_test_too(self):
        assert [event.key for event in logged()] == [self.key]

    def test_an_object_read_in_a_rolled_back_savepoint_is_published_later(self):
        put("b")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            tell_in_test(connections["default"])  # as a page does, of a request that fails then
            1 / 0  # noqa: B018
        assert [event.key for event in logged()] == [self.key, "b"]

    def test_a_rolled_back_savepoint_writes_no_event(self):
        told, failed = self.captureOnCommitCallbacks(execute=True), pytest.raises(ZeroDivisionError)
        with told, failed, transaction.atomic():
            put("c")
            1 / 0  # noqa: B018
        assert "c" not in [event.key for event in logged()]

    @pytest.mark.backend("postgres")
    def test_reading_the_log_leaves_constraints_deferred(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE p (id int PRIMARY KEY); "
                "CREATE TEMP TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)"
            )
        put("x")
        tell_in_test(connections["default"])
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO c VALUES (1)")
            cursor.execute("INSERT INTO p VALUES (1)")
