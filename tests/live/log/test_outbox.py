import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission, User
from django.db import IntegrityError, connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from stoppress import live
from stoppress.live.errors import LiveError
from stoppress.live.models import LoggedEvent
from tests.live.conftest import item, put

on_commit = transaction.on_commit

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def keys():
    return list(LoggedEvent.objects.order_by("position").values_list("key", flat=True))


def test_a_rollback_to_a_manual_savepoint_removes_the_marks_since():
    with transaction.atomic():
        put("a")
        savepoint = connection.savepoint()
        put("b")
        connection.savepoint_rollback(savepoint)
        put("c")
        connection.savepoint_commit(connection.savepoint())
    assert keys() == ["a", "c"]


def test_a_rollback_to_a_savepoint_older_than_the_first_mark_removes_all_marks():
    connection.close()
    with transaction.atomic():
        savepoint = connection.savepoint()
        put("a")
        connection.savepoint_rollback(savepoint)
    assert keys() == []


def test_a_failure_in_a_block_without_a_savepoint_rolls_back_the_outer_block():
    with transaction.atomic():
        put("a")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            put("b")
            with transaction.atomic(savepoint=False):
                put("c")
                raise ZeroDivisionError
    assert keys() == ["a"]


def test_a_site_without_autocommit_commits_and_rolls_back_manually():
    transaction.set_autocommit(False)
    try:
        put("a")
        transaction.rollback()
        put("b")
        assert keys() == []
        transaction.commit()
        assert keys() == ["b"]
        with transaction.atomic():
            put("c")
        transaction.commit()
        assert keys() == ["b", "c"]
        transaction.rollback()
    finally:
        transaction.set_autocommit(True)
    put("d")
    assert keys() == ["b", "c", "d"]


@pytest.mark.backend("sqlite")  # PostgreSQL's connection cannot be had back within the block
def test_a_connection_closed_in_a_transaction_writes_no_event():
    with transaction.atomic():
        put("a")
        connection.close()
    put("b")
    assert keys() == ["b"]


OWN = Apps()  # of these tests: other groups of theirs are not told with them


class Broken(live.LiveModel, Group):
    """A group that cannot be published while its name says so."""

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    live_order = "name"

    def live_streams(self):
        return ["board"]

    def live_item(self):
        match self.name:
            case "zero":
                return {"share": 1 / 0}
            case "interrupted":
                raise KeyboardInterrupt
            case "database":
                Group.objects.create(name="database")
            case "writer":
                User.objects.create_user("written")
                put("written")
        return {}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("zero", ZeroDivisionError),
        ("interrupted", KeyboardInterrupt),
        ("database", IntegrityError),
        ("writer", LiveError),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_an_error_at_the_end_comes_out_as_it_is_and_takes_the_transaction_back(name, error, whole):
    done = []
    with pytest.raises(error):
        if whole:
            with transaction.atomic():
                put("a")
                on_commit(lambda: done.append("a"))
                Broken.objects.create(name=name)
        else:
            Broken.objects.create(name=name)
    assert not Group.objects.exists() and not User.objects.exists()
    assert keys() == [] and done == []
    assert connection.get_autocommit() and not connection.in_atomic_block
    with transaction.atomic():
        put("b")
        on_commit(lambda: done.append("b"))
    assert keys() == ["b"] and done == ["b"]


def test_a_deferred_constraint_that_fails_takes_the_events_back():
    with pytest.raises(IntegrityError), transaction.atomic():
        put("a")
        Permission.objects.create(name="x", codename="x", content_type_id=987654)
    put("b")
    assert keys() == ["b"]


def test_a_transaction_that_ends_in_another_tenants_schema_is_taken_back(monkeypatch):
    monkeypatch.setattr(connection, "schema_name", "one", raising=False)  # as django-tenants has it
    with pytest.raises(LiveError, match="'one'.*'two'"), transaction.atomic():
        put("a")
        connection.schema_name = "two"
    with pytest.raises(LiveError, match="'two'.*'one'"), transaction.atomic():
        put("b")
        connection.schema_name = "one"
        put("c")
    put("d")
    assert keys() == ["d"]


def test_callbacks_in_djangos_queue_can_publish():
    with transaction.atomic():
        put("a")
        on_commit(lambda: put("b"))
        assert len(connection.run_on_commit) == 1
    assert keys() == ["a", "b"]


def test_a_transaction_that_marks_nothing_costs_nothing():
    put("a")
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        Group.objects.create(name="plain")
    assert len([q for q in queries if "stoppress" in q["sql"].lower()]) == 0


@pytest.mark.usefixtures("board")
class InATestCase(TestCase):
    def test_waiting_events_are_written_when_asked(self):
        with self.captureOnCommitCallbacks(execute=True):
            put("a")
            with transaction.atomic():
                put("b")
            assert keys() == []
        assert keys() == ["a", "b"]

    def test_waiting_events_are_written_before_a_read_of_the_log(self):
        put("a")
        assert [shown["key"] for shown in live.snapshot("board").items] == ["a"]

    def test_a_rolled_back_savepoint_removes_its_marks(self):
        put("a")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            put("b")
            raise ZeroDivisionError
        live.publish("other:x", "thing.said", item("c"))
        live.snapshot("board")
        assert sorted(keys()) == ["a", "c"]
        put("d")
        live.snapshot("board")
        assert sorted(keys()) == ["a", "c", "d"]
