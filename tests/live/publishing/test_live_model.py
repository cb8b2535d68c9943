import json

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.db.models import F, Value
from django.db.models.functions import Concat

from stoppress import live
from stoppress.live.models import LoggedEvent

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


class LiveGroup(live.LiveModel, Group):
    """Django's own groups, made live: shown on the board while their name has no dot before it."""

    class Meta:
        proxy = True
        app_label = "auth"

    def live_streams(self):
        return [] if self.name.startswith(".") else ["board", f"other:{self.name[0]}"]

    def live_item(self):
        return {"key": f"group:{self.pk}", "order": self.name, "name": self.name}


def told():
    events = LoggedEvent.objects.order_by("time", "stream", "position")
    return [(e.stream, e.event, e.op) for e in events]


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


def test_a_hidden_object_tells_nothing_and_hiding_one_removes_it():
    group = LiveGroup.objects.create(name=".a")
    assert told() == []
    group.name = "a"
    group.save()
    group.name = ".a"
    group.save()
    assert [op for stream, _, op in told() if stream == "board"] == ["put", "remove"]


def test_a_save_that_fails_tells_nothing():
    LiveGroup.objects.create(name="a")
    with pytest.raises(IntegrityError):
        LiveGroup.objects.create(name="a")
    assert LoggedEvent.objects.filter(stream="board").count() == 1


def test_what_is_told_is_what_was_saved():
    group = LiveGroup.objects.create(name="a")
    group.name = "b"
    group.save(update_fields=[])
    group.name = Concat(F("name"), Value("c"))
    group.save()
    items = LoggedEvent.objects.filter(stream="board").order_by("position")
    assert [json.loads(e.item)["name"] for e in items] == ["a", "a", "ac"]


def test_touch_tells_of_what_passed_save_by():
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


def last():
    return {(e.stream, e.key): e.op for e in LoggedEvent.objects.order_by("position")}


def test_touch_sees_what_the_same_transaction_has_told():
    with live.atomic():
        group = LiveGroup.objects.create(name="a")
        LiveGroup.objects.filter(pk=group.pk).update(name=".a")
        live.touch(LiveGroup.objects.all())
    assert set(last().values()) == {"remove"}
