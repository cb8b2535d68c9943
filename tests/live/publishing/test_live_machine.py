"""Live models in any order of changes, savepoints and rollbacks: every page equals the database.

A longer run: `STOPPRESS_MACHINE=2000 pytest --timeout 0` with the path of this file.
"""

import json
import os
from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stoppress import live
from stoppress.live.client.state import StreamState
from stoppress.live.log.history import read_after, read_head
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.publishing import registry

MANY = int(os.environ.get("STOPPRESS_MACHINE", "0"))
STREAMS = ("tables:all", "tables:a", "tables:b")
LIMIT = 3
NAMES = ["a", "aa", "ab", "b", "ba", "bb", ".a", ".b"]


ways = st.sampled_from(["save", "update"])

OWN = Apps()  # of these tests: other groups of theirs are not told with them


class Table(live.LiveModel, Group):
    """A group on the list of all, and on that of its first letter; hidden with a dot before it."""

    live_order = "name"

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_streams(self) -> list[str]:
        return [] if self.name.startswith(".") else ["tables:all", f"tables:{self.name[0]}"]

    def live_item(self) -> dict[str, object]:
        return {"name": self.name, "permissions": self.permissions.count()}


def tables(limit: int, which: str) -> Any:
    shown = Table.objects.exclude(name__startswith=".").order_by("name")
    return shown if which == "all" else shown.filter(name__startswith=which)


class Page:
    """An open page: a snapshot, and every event since."""

    def __init__(self, stream: str) -> None:
        self.stream, self.state = stream, StreamState()
        taken = live.snapshot(stream)
        frame = {"limit": taken.limit, "floor": taken.floor, "items": taken.items}
        self.state.replace({**frame, "cursor": str(taken.cursor)})

    def check(self) -> None:
        assert self.state.cursor is not None
        frames = read_after(self.stream, self.state.cursor, read_head(self.stream), 1000)
        assert frames is not None
        for frame in frames:
            self.state.apply(json.loads(frame.data))
        floor = self.state.floor or ""
        meant = [item for item in live.snapshot(self.stream).items if item["order"] >= floor]
        assert [dict(item) for item in self.state.items()] == meant


class Restaurant(RuleBasedStateMachine):
    """Changes tables within transactions and without; `self.blocks` are the open ones."""

    @initialize()
    def begin(self) -> None:
        Group.objects.all().delete()
        LoggedEvent.objects.all().delete()
        StreamHead.objects.all().delete()
        self.blocks: list[transaction.Atomic] = []
        self.savepoints: list[tuple[int, Any]] = []
        self.pages = [Page(stream) for stream in STREAMS]

    @rule(name=st.sampled_from(NAMES))
    def create(self, name: str) -> None:
        if not Group.objects.filter(name=name).exists():
            Table.objects.create(name=name)

    @rule(which=st.integers(0, 9), name=st.sampled_from(NAMES), by=ways)
    def rename(self, which: int, name: str, by: str) -> None:
        table = self._pick(which)
        if table is None or Group.objects.filter(name=name).exists():
            return
        if by == "save":
            table.name = name
            table.save()
        else:
            with live.atomic():
                Table.objects.filter(pk=table.pk).update(name=name)
                live.touch(Table.objects.filter(pk=table.pk))

    @rule(which=st.integers(0, 9), by=st.sampled_from(["delete", "query"]))
    def delete(self, which: int, by: str) -> None:
        table = self._pick(which)
        if table is not None and by == "delete":
            table.delete()
        elif table is not None:
            Table.objects.filter(pk__gte=table.pk).delete()

    @rule(which=st.integers(0, 9), number=st.integers(0, 3))
    def permit(self, which: int, number: int) -> None:
        table = self._pick(which)
        if table is not None:
            with live.atomic():
                live.touch([table])
                table.permissions.set(range(1, number + 1))

    @rule(which=st.integers(0, 9))
    def hand_over(self, which: int) -> None:
        """Delete an object and create another one with its name, and with its primary key."""
        table = self._pick(which)
        if table is not None:
            pk, name = table.pk, table.name
            with live.atomic():
                table.delete()
                Table.objects.create(pk=pk, name=name)

    @precondition(lambda self: len(self.blocks) < 3)
    @rule(savepoint=st.booleans())
    def open(self, savepoint: bool) -> None:
        block = transaction.atomic(savepoint=savepoint)
        block.__enter__()
        self.blocks.append(block)

    @precondition(lambda self: self.blocks)
    @rule(kept=st.booleans())
    def end(self, kept: bool) -> None:
        block = self.blocks.pop()
        error = None if kept else ZeroDivisionError()
        block.__exit__(type(error) if error else None, error, None)
        while transaction.get_connection().needs_rollback:  # it had no savepoint of its own
            self.blocks.pop().__exit__(ZeroDivisionError, ZeroDivisionError(), None)
        self.savepoints = [s for s in self.savepoints if s[0] <= len(self.blocks)]

    @precondition(lambda self: self.blocks)
    @rule()
    def mark_a_place(self) -> None:
        self.savepoints.append((len(self.blocks), connection.savepoint()))

    @precondition(lambda self: self.savepoints)
    @rule()
    def go_back_to_it(self) -> None:
        depth, savepoint = self.savepoints.pop()
        if depth == len(self.blocks):
            connection.savepoint_rollback(savepoint)

    @invariant()
    def every_page_equals_the_database(self) -> None:
        if not getattr(self, "blocks", True):
            for page in self.pages:
                page.check()

    def teardown(self) -> None:
        while getattr(self, "blocks", []):
            self.end(True)
        for page in getattr(self, "pages", []):
            page.check()

    def _pick(self, which: int) -> Table | None:
        found = list(Table.objects.order_by("pk"))
        return found[which % len(found)] if found else None


@pytest.fixture
def restaurant(transactional_db: None) -> Any:
    live.stream("tables:<which>", public=True, limit=LIMIT)(tables)
    yield
    registry.unregister("tables:<which>")


@pytest.mark.slow("it makes up stories")
def test_every_page_equals_the_database_whatever_is_changed_and_taken_back(
    restaurant: None,
) -> None:
    run_state_machine_as_test(
        Restaurant,
        settings=settings(
            max_examples=MANY or 25,
            stateful_step_count=30,
            deadline=None,
            derandomize=not MANY,
            database=None,
            phases=[Phase.generate, Phase.shrink] if MANY else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
