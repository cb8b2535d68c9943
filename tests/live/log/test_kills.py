"""A process that is killed between any two statements of a transaction leaves all of it or nothing.

A forked child kills itself before its first statement, another one before its second, and so on up
to its COMMIT, until one gets through.
"""

import os
import signal
from functools import partial

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.db import connection, connections, transaction

from stoppress import live
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.relays import hints
from tests.forked import forked
from tests.live.conftest import put

pytestmark = [
    pytest.mark.usefixtures("transactional_db", "board"),
    # Of all threads only the forking one goes on in the child, which needs no other.
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]

MOST = 40
"""More statements than any of the transactions has."""

OWN = Apps()  # of these tests: other groups of theirs are not told with them


class Shop(live.LiveModel, Group):
    live_order = "name"

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_streams(self):
        return ["board", f"other:{self.name[0]}"]

    def live_item(self):
        return {"name": self.name}


def create():
    Shop.objects.create(name="c-new")


def save():
    shop = Shop.objects.get(name="a-old")
    shop.name = "b-new"
    shop.save()


def delete():
    Shop.objects.get(name="a-old").delete()


def touch():
    with transaction.atomic():
        Group.objects.filter(name="a-old").update(name="b-new")
        live.touch(Shop.objects.all())


def publish_beside_a_row():
    with transaction.atomic():
        Group.objects.create(name="d-plain")
        put("plain")
        put("plain", stream="other:d")


def withdraw():
    with transaction.atomic():
        shop = Shop.objects.get(name="a-old")
        live.redact(shop.live_key(), "shop.withdrawn")
        shop.delete()


CHANGES = pytest.mark.parametrize(
    "change",
    [create, save, delete, touch, publish_beside_a_row, withdraw],
    ids=lambda f: f.__name__,
)


@CHANGES
def test_a_publisher_killed_before_the_commit_leaves_neither_row_nor_event(change):
    Shop.objects.create(name="a-old")
    before = state()
    for statements in range(MOST):
        if not killed_before(statements, change):
            break
        assert state() == before, statements
        put(f"next-{statements}")
        before = state()
    assert MOST - 1 > statements > 4
    is_whole(before)


@CHANGES
def test_a_publisher_killed_after_the_commit_leaves_both(change):
    Shop.objects.create(name="a-old")
    before = state()

    def change_and_die():
        hints.listen(die)
        change()

    assert killed(change_and_die)
    is_whole(before)


def is_whole(before):
    rows, events = state()
    assert rows != before[0] and events != before[1]
    expected = {(stream, shop.live_key()) for shop in shops() for stream in shop.live_streams()}
    assert shown() == expected
    put("last")
    for head in StreamHead.objects.all():
        positions = LoggedEvent.objects.filter(stream=head.name).order_by("position")
        assert list(positions.values_list("position", flat=True)) == [*range(1, head.head + 1)]


def state():
    events = LoggedEvent.objects.order_by("stream", "position")
    return (
        list(Group.objects.order_by("pk").values_list("pk", "name")),
        list(events.values_list("stream", "position", "op", "key", "item")),
    )


def shops():
    return Shop.objects.exclude(name="d-plain")


def shown():
    """Return where the log shows which shop."""
    ops = {(e.stream, e.key): e.op for e in LoggedEvent.objects.order_by("position")}
    return {place for place, op in ops.items() if op == "put" and place[1].startswith("group:")}


def killed_before(statements, change):
    """Run a change in another process that dies after so many statements; return whether it did."""
    death = Death(statements)

    def change_or_die():
        # No wrapper sees the COMMIT.
        connection._commit = partial(death, connection._commit)
        with connection.execute_wrapper(death):
            change()

    return killed(change_or_die)


def killed(work):
    """Work in another process; return whether that was killed."""
    connections.close_all()  # a child must not speak on its parent's connections
    code = forked(work)
    assert code in (0, -signal.SIGKILL)
    return code != 0


def die():
    os.kill(os.getpid(), signal.SIGKILL)


class Death:
    """Kills the process after so many statements, before the next one."""

    def __init__(self, statements):
        self._left = statements

    def __call__(self, execute, *statement):
        if self._left == 0:
            die()
        self._left -= 1
        return execute(*statement)
