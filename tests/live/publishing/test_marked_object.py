import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.db import transaction

from stoppress import live
from stoppress.live.models import LoggedEvent

pytestmark = pytest.mark.usefixtures("transactional_db", "board")

OWN = Apps()  # of these tests: other groups of theirs are not told with them


class NamedGroup(live.LiveModel, Group):
    """A group whose name is its key, and its first letter its stream."""

    live_order = "name"

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_key(self):
        return f"group:{self.name}"

    def live_streams(self):
        return [f"other:{self.name[0]}"]


def rename(group, name):
    group.name = name
    group.save()


def shown():
    last = {(e.stream, e.key): e.op for e in LoggedEvent.objects.order_by("position")}
    return sorted(place for place, op in last.items() if op == "put")


def test_two_objects_that_take_each_others_key_are_both_shown():
    one, two = (NamedGroup.objects.create(name=name) for name in ("a1", "a2"))
    with transaction.atomic():
        rename(one, "a3")
        rename(two, "a1")
        rename(one, "a2")
    assert shown() == [("other:a", "group:a1"), ("other:a", "group:a2")]


def test_an_object_that_takes_the_key_of_a_deleted_one_is_shown():
    one, two = (NamedGroup.objects.create(name=name) for name in ("a1", "a2"))
    with transaction.atomic():
        one.save()
        two.delete()
        rename(one, "a2")
    assert shown() == [("other:a", "group:a2")]


def test_a_save_after_a_touch_records_the_earlier_values():
    group = NamedGroup.objects.create(name="a1")
    LoggedEvent.objects.all().delete()  # as trimming does
    with transaction.atomic():
        live.touch([group])
        rename(group, "b1")
    told = LoggedEvent.objects.values_list("stream", "op", "key").order_by("stream")
    assert list(told) == [("other:a", "remove", "group:a1"), ("other:b", "put", "group:b1")]


def test_a_save_after_a_touch_with_another_name_notes_the_key_before():
    group = NamedGroup.objects.create(name="a1")
    with transaction.atomic():
        group.name = "a2"
        live.touch([group])
        group.save()
    assert shown() == [("other:a", "group:a2")]
