import json

import pytest
from asgiref.sync import sync_to_async
from django.apps.registry import Apps
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.db.models import F, Model, Value
from django.db.models.functions import Concat

from stoppress import live
from stoppress.live.errors import InvalidItem, LiveError
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry

pytestmark = pytest.mark.usefixtures("transactional_db", "board")

OWN = Apps()  # of these tests: other groups of theirs are not told with them


class LiveGroup(live.LiveModel, Group):
    """Django's own groups, made live: shown on the board while their name has no dot before it."""

    live_order = "name"

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_streams(self):
        return [] if self.name.startswith(".") else ["board", f"other:{self.name[0]}"]

    def live_item(self):
        return {"name": self.name}


class LiveUser(live.LiveModel, User):
    """A user whose key is its name, which can change, and who says how many groups it is in."""

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_key(self):
        return f"user:{self.username}"

    def live_order(self):
        return f"{self.groups.count()}-{self.username}"

    def live_streams(self):
        return ["board"] if self.is_active else []

    def live_item(self):
        return {"groups": self.groups.count()}


def told(**fields):
    events = LoggedEvent.objects.filter(**fields).order_by("time", "stream", "position")
    return [(e.stream, e.event, e.op) for e in events]


def items(stream="board"):
    events = LoggedEvent.objects.filter(stream=stream, op="put").order_by("position")
    return [json.loads(event.item) for event in events]


def last():
    return {(e.stream, e.key): e.op for e in LoggedEvent.objects.order_by("position")}


def test_saving_puts_and_deleting_removes():
    group = LiveGroup.objects.create(name="a")
    group.delete()
    assert told() == [
        ("board", "livegroup.created", "put"),
        ("other:a", "livegroup.created", "put"),
        ("board", "livegroup.deleted", "remove"),
        ("other:a", "livegroup.deleted", "remove"),
    ]


def test_an_object_that_leaves_a_stream_is_removed_there():
    group = LiveGroup.objects.create(name="a")
    LoggedEvent.objects.all().delete()
    group.name = "b"
    group.save()
    assert sorted(told()) == [
        ("board", "livegroup.changed", "put"),
        ("other:a", "livegroup.left", "remove"),
        ("other:b", "livegroup.changed", "put"),
    ]


def test_a_hidden_object_is_not_published_and_hiding_one_removes_it():
    group = LiveGroup.objects.create(name=".a")
    assert told() == []
    group.name = "a"
    group.save()
    group.name = ".a"
    group.save()
    assert [op for stream, _, op in told() if stream == "board"] == ["put", "remove"]


def test_a_failed_save_publishes_nothing():
    LiveGroup.objects.create(name="a")
    with pytest.raises(IntegrityError):
        LiveGroup.objects.create(name="a")
    assert LoggedEvent.objects.filter(stream="board").count() == 1


def test_an_event_has_the_saved_values():
    group = LiveGroup.objects.create(name="a")
    group.name = "b"
    group.save(update_fields=[])
    group.name = Concat(F("name"), Value("c"))
    group.save()
    assert [item["name"] for item in items()] == ["a", "ac"]


def test_an_object_is_published_once_in_its_state_at_the_end_of_the_outermost_transaction():
    with transaction.atomic():
        group = LiveGroup.objects.create(name="a")
        with transaction.atomic():
            group.name = "b"
            group.save()
        LiveGroup.objects.filter(pk=group.pk).update(name="c")
        assert told() == []
    assert told() == [
        ("board", "livegroup.created", "put"),
        ("other:c", "livegroup.created", "put"),
    ]
    assert [item["name"] for item in items()] == ["c"]


def test_rows_saved_after_the_object_are_in_its_item():
    with transaction.atomic():
        user = LiveUser.objects.create(username="ann")
        user.groups.add(Group.objects.create(name="a"), Group.objects.create(name="b"))
    assert [item["groups"] for item in items()] == [2]


def test_an_inner_rollback_keeps_the_outer_state_of_the_object():
    with transaction.atomic():
        group = LiveGroup.objects.create(name="a")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            LiveGroup.objects.create(name="b")
            group.name = "c"
            group.save()
            raise ZeroDivisionError
    assert [item["name"] for item in items()] == ["a"]


def test_an_object_created_and_deleted_or_hidden_in_one_transaction_is_never_published():
    with transaction.atomic():
        LiveGroup.objects.create(name="a").delete()
        group = LiveGroup.objects.create(name="b")
        group.name = ".b"
        group.save()
    assert told() == []


def test_objects_deleted_by_cascade_or_by_query_are_removed():
    kept = LiveGroup.objects.create(name="a")
    for name in "bcd":
        LiveGroup.objects.create(name=name)
    LiveGroup.objects.exclude(pk=kept.pk).delete()
    assert {key for (stream, key), op in last().items() if op == "put" and stream == "board"} == {
        f"group:{kept.pk}"
    }


def test_an_object_whose_key_changes_is_removed_under_its_old_key():
    user = LiveUser.objects.create(username="ann")
    user.username = "bea"
    user.save()
    assert last() == {("board", "user:ann"): "remove", ("board", "user:bea"): "put"}
    with transaction.atomic():
        user.username = "cid"
        user.save()
        user.username = "dan"
        user.save()
    assert last()[("board", "user:bea")] == "remove" and last()[("board", "user:dan")] == "put"
    assert ("board", "user:cid") not in last()


def test_the_next_save_finds_changes_that_bypassed_save_in_the_log():
    group = LiveGroup.objects.create(name="a")
    LiveGroup.objects.filter(pk=group.pk).update(name="b")
    group.refresh_from_db()
    group.save()
    assert last()[("other:a", f"group:{group.pk}")] == "remove"


def test_a_key_that_is_also_published_by_hand_is_removed_from_streams_without_it():
    with transaction.atomic():
        group = LiveGroup.objects.create(name="a")
        live.publish("other:x", "thing.said", {"key": f"group:{group.pk}", "order": "a"})
        group.save()
    assert last()[("other:x", f"group:{group.pk}")] == "remove"


def test_touch_publishes_changes_that_bypassed_save():
    kept = LiveGroup.objects.create(name="a")
    hidden = LiveGroup.objects.create(name="b")
    with live.atomic():
        LiveGroup.objects.filter(pk=hidden.pk).update(name=".b")
        LiveGroup.objects.filter(pk=kept.pk).update(name="c")
        assert live.touch(LiveGroup.objects.order_by("pk")) == 2
    assert last() == {
        ("board", f"group:{kept.pk}"): "put",
        ("other:a", f"group:{kept.pk}"): "remove",
        ("other:c", f"group:{kept.pk}"): "put",
        ("board", f"group:{hidden.pk}"): "remove",
        ("other:b", f"group:{hidden.pk}"): "remove",
    }


def test_touch_takes_objects_too_but_none_that_was_never_saved():
    group = LiveGroup.objects.create(name="a")
    user = LiveUser.objects.create(username="ann")
    assert live.touch([group, user]) == 2
    assert live.touch(LiveUser.objects.all()) == 1
    assert [item["key"] for item in items()][2:] == [f"group:{group.pk}", "user:ann", "user:ann"]
    with pytest.raises(ValueError, match="never saved"):
        live.touch([LiveGroup(name="b")])


def test_touch_does_not_fail_for_a_deleted_stream():
    group = LiveGroup.objects.create(name="a")
    taken = registry._registered.pop("other:<name>")
    registry.find.cache_clear()
    try:
        LiveGroup.objects.filter(pk=group.pk).update(name=".a")
        assert live.touch([group]) == 1
    finally:
        registry._registered["other:<name>"] = taken
        registry.find.cache_clear()
    assert last()[("board", f"group:{group.pk}")] == "remove"


def test_a_stream_that_is_not_registered_takes_the_save_back():
    with pytest.raises(live.UnknownStream, match="other:") as refused:
        LiveGroup.objects.create(name="ä")
    assert not Group.objects.exists()
    [note] = refused.value.__notes__
    assert "LiveGroup" in note


def test_fixtures_are_not_published():
    group = LiveGroup(pk=7, name="a")
    Model.save_base(group, raw=True)  # as `loaddata` does
    assert LiveGroup.objects.get() == group and told() == []


async def test_a_coroutine_saves_and_publishes():
    await LiveGroup.objects.acreate(name="a")
    await live.apublish("other:x", "thing.said", {"key": "x", "order": "x"})
    assert [stream for stream, _, _ in await sync_to_async(told)()] == [
        "board",
        "other:a",
        "other:x",
    ]


def test_a_snapshot_may_return_objects():
    live.stream("groups", public=True)(lambda limit: LiveGroup.objects.order_by("name"))
    try:
        for name in "bac":
            LiveGroup.objects.create(name=name)
        assert [item["name"] for item in live.snapshot("groups").items] == ["a", "b", "c"]
        assert live.snapshot("groups").items == sorted(
            items(), key=lambda item: item["order"], reverse=True
        )
    finally:
        registry.unregister("groups")


class Unordered(LiveGroup):
    """A live group without an order, or with one in its item alone."""

    live_order = None
    fields: dict[str, object] = {}

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_item(self):
        return self.fields


@pytest.mark.parametrize(
    ("order", "fields", "words"),
    [
        (None, {}, "no live_order"),
        ("name", {"order": "b"}, "live_order says"),
        ("name", {"key": "group:0"}, "live_key says"),
        (None, {"order": "b", "key": "x"}, "live_key says"),
    ],
)
def test_an_item_that_names_another_key_or_order_is_refused_with_a_message(order, fields, words):
    group = Unordered(pk=1, name="a")
    group.live_order, group.fields = order, fields
    with pytest.raises(InvalidItem, match=words):
        group.wire_item()


def test_an_item_may_repeat_its_key_and_give_its_order():
    group = Unordered(pk=1, name="a")
    group.fields = {"key": "group:1", "order": "b", "name": "a"}
    assert group.wire_item() == group.fields


def test_an_object_of_another_database_is_refused_with_a_message():
    group = LiveGroup(name="a")
    with pytest.raises(LiveError, match="one transaction must hold both"):
        group.save(using="elsewhere")
    with pytest.raises(LiveError, match="one transaction must hold both"):
        group.delete(using="elsewhere")
