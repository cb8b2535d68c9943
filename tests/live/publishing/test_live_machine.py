"""Live models in any order of changes, savepoints and rollbacks: every page equals the database."""

from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from stoppress import live
from stoppress.live.publishing import registry

from .story import Story, run_stories

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


class Restaurant(Story):
    """Changes tables within transactions and without."""

    @initialize()
    def begin(self) -> None:
        Group.objects.all().delete()
        self.open_pages(*STREAMS)

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

    def _pick(self, which: int) -> Table | None:
        found = list(Table.objects.order_by("pk"))
        return found[which % len(found)] if found else None


@pytest.fixture
def restaurant(transactional_db: None) -> Any:
    live.stream("tables:<which>", public=True, limit=LIMIT)(tables)
    yield
    registry.unregister("tables:<which>")


@pytest.mark.slow("it makes up stories")
def test_every_page_equals_the_database_after_random_changes_and_rollbacks(
    restaurant: None,
) -> None:
    run_stories(Restaurant, steps=30)
