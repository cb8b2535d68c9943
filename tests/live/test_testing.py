import pytest
from django.contrib.auth.models import Group
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from stoppress import live
from stoppress.live.log.trimming import trim_streams
from stoppress.live.publishing import registry
from stoppress.live.testing import (
    LiveTestMixin,
    assert_fresh,
    assert_nothing_published,
    assert_published,
    capture_events,
)
from tests.live.publishing.test_live_model import LiveGroup


@pytest.fixture(autouse=True)
def streams():
    live.stream("board", public=True, limit=2)(
        lambda limit: LiveGroup.objects.filter(name__regex="^[a-z]").order_by("name")
    )
    live.stream("other:<name>", public=True)(
        lambda limit, name: LiveGroup.objects.filter(name__startswith=name).order_by("name")
    )
    yield
    registry.unregister("board")
    registry.unregister("other:<name>")


class Assertions(LiveTestMixin):
    """Behaviour that does not depend on whether the test's transaction is committed."""

    def test_events_are_captured_in_order_as_on_the_wire(self):
        LiveGroup.objects.create(name="before")
        with self.captureEvents("board") as events:
            group = LiveGroup.objects.create(name="a")
            group.delete()
            LiveGroup.objects.create(name="b")
        assert [event["event"] for event in events] in (
            ["livegroup.created", "livegroup.deleted", "livegroup.created"],
            ["livegroup.created"],  # one transaction: what it made and deleted is not told
        )
        assert events[-1]["item"]["name"] == "b"

    def test_an_event_is_found_by_its_name_its_key_and_its_items_fields(self):
        group = LiveGroup.objects.create(name="a")
        with (
            assert_published("other:b", "livegroup.changed"),
            self.assert_published("board", key=f"group:{group.pk}", name="b") as events,
        ):
            group.name = "b"
            group.save()
        assert len(events) == 1

    def test_a_missing_event_is_named_with_the_published_ones(self):
        names = pytest.raises(AssertionError, match="'name': 'x'.*livegroup.created of group:")
        with names, assert_published("board", "livegroup.created", name="x"):
            LiveGroup.objects.create(name="a")
        nothing = pytest.raises(AssertionError, match="Nothing was published there")
        with nothing, assert_published("board"):
            pass

    def test_assert_nothing_published_finds_every_event(self):
        with self.assert_nothing_published("board"):
            LiveGroup.objects.create(name=".hidden")
        names = pytest.raises(AssertionError, match="livegroup.created of group:")
        with names, assert_nothing_published("board"):
            LiveGroup.objects.create(name="a")

    def test_events_are_compared_with_the_snapshot(self):
        for name in "abcd":  # the snapshot has two of them
            LiveGroup.objects.create(name=name)
        group = LiveGroup.objects.get(name="b")
        group.name = "e"
        group.save()
        assert_fresh("board")
        self.assert_fresh("other:b")

    def test_a_change_that_was_not_published_is_named(self):
        group = LiveGroup.objects.create(name="a")
        assert_fresh("board")
        Group.objects.filter(pk=group.pk).update(name="aa")
        with pytest.raises(AssertionError, match="its last event says"):
            assert_fresh("board")
        Group.objects.filter(pk=group.pk).update(name=".a")
        with pytest.raises(AssertionError, match="no event removed it"):
            assert_fresh("board")
        Group.objects.create(name="b")
        with pytest.raises(AssertionError, match="no event has put it there"):
            assert_fresh("other:b")

    def test_a_stream_that_is_not_registered_is_named(self):
        with pytest.raises(live.UnknownStream, match="nowhere"), capture_events("nowhere"):
            pass


class InATestCase(Assertions, TestCase):
    pass


class InATransactionTestCase(Assertions, TransactionTestCase):
    pass


@pytest.mark.usefixtures("transactional_db")
def test_a_trimmed_log_is_compared_only_as_far_as_it_reaches():
    LiveGroup.objects.create(name="a")
    trim_streams(timezone.now(), keep_events=0, keep_hours=0)
    assert_fresh("board")
    group = LiveGroup.objects.create(name="b")
    Group.objects.filter(pk=group.pk).update(name="bb")
    with pytest.raises(AssertionError, match="its last event says"):
        assert_fresh("board")
