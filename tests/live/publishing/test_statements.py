"""Statements of a change: publishing costs the same for one object and for 500."""

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.db import connection, transaction

from stoppress import live
from tests.live.conftest import put

from .counted import statements

pytestmark = pytest.mark.usefixtures("transactional_db", "board")

OWN = Apps()  # of these tests: other groups of theirs are not told with them


class Stall(live.LiveModel, Group):
    live_order = "name"

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_streams(self):
        return ["board"]

    def live_item(self):
        return {"name": self.name}


@pytest.fixture(autouse=True)
def written(transactional_db, board):
    """Write to the stream, so that its head is there."""
    put("first")


def stalls(count):
    """Return saved objects that have been published to the stream."""
    names = [f"stall {number:04}" for number in range(count)]
    Group.objects.bulk_create([Group(name=name) for name in names])
    live.touch(Stall.objects.all())
    return list(Stall.objects.order_by("pk"))


def by_backend(sqlite, postgres):
    return sqlite if connection.vendor == "sqlite" else postgres


def save_all(some):
    with transaction.atomic():
        for stall in some:
            stall.save()


# PostgreSQL: what was there before and is locked, the row; constraints, find, read, savepoint,
# lock, events, heads, NOTIFY. SQLite: a BEGIN instead of four of them.


def test_saving_one_object_takes_a_fixed_number_of_statements():
    [stall] = stalls(1)
    assert statements(stall.save) == by_backend(8, 10)


def test_creating_one_object_takes_a_fixed_number_of_statements():
    assert statements(lambda: Stall.objects.create(name="new")) == by_backend(7, 9)


def test_deleting_one_object_takes_a_fixed_number_of_statements():
    """Four statements are Django's: one looks for the role of a group."""
    [stall] = stalls(1)
    assert statements(stall.delete) == by_backend(11, 13)


def test_publishing_one_item_takes_a_fixed_number_of_statements():
    assert statements(lambda: put("one")) == by_backend(4, 5)


def test_saving_many_objects_in_one_transaction_takes_two_statements_for_each():
    many = stalls(200)
    one = statements(lambda: save_all(many[:1]))
    assert statements(lambda: save_all(many)) == one + 2 * 199


@pytest.mark.parametrize(
    ("count", "sqlite", "postgres"), [(1, 7, 9), (200, 7, 9), (500, 7, 9), (1000, 9, 11)]
)
def test_touching_objects_takes_two_more_statements_for_every_500(count, sqlite, postgres):
    """Of a queryset: its primary keys are read first."""
    stalls(count)
    assert statements(lambda: live.touch(Stall.objects.all())) == by_backend(sqlite, postgres)
