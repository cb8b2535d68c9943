"""Above REPLAY_LIMIT objects of one stream in a transaction: one snapshot instead of events."""

import pytest
from asgiref.sync import sync_to_async
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.utils import timezone

from stoppress import live
from stoppress.live.hub.hub import Hub
from stoppress.live.hub.queries import open_stream
from stoppress.live.log.history import read_head
from stoppress.live.log.retelling import retell_stream
from stoppress.live.log.trimming import trim_streams
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from tests.live.reader import Reader

LIMIT = 5
OWN = Apps()  # of these tests: other groups of theirs are not told with them


class Tent(live.LiveModel, Group):
    """A group in the field of all tents and, if its name begins with `a`, in that of `a`."""

    live_order = "name"

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_streams(self):
        if self.name.startswith("."):
            return []
        return ["tents", "tents:a"] if self.name.startswith("a") else ["tents"]

    def live_item(self):
        return {"name": self.name}


def tents(limit, which=""):
    shown = Tent.objects.filter(name__startswith=which).exclude(name__startswith=".")
    return shown.order_by("name")


@pytest.fixture(autouse=True)
def field(transactional_db, settings):
    settings.STOPPRESS_LIVE = {"REPLAY_LIMIT": LIMIT}
    live.stream("tents", public=True)(tents)
    live.stream("tents:<which>", public=True)(tents)
    yield
    registry.unregister("tents")
    registry.unregister("tents:<which>")


def pitch(count, first="b"):
    Group.objects.bulk_create([Group(name=f"{first}{number}") for number in range(count)])


def touch_all():
    live.touch(Tent.objects.all())


def rows(stream="tents"):
    return LoggedEvent.objects.filter(stream=stream).order_by("position")


def names(reader, stream):
    """Return what a reader's last snapshot of a stream shows."""
    shown = [each for each in reader.of("snapshot") if each["stream"] == stream][-1]
    return {item["name"] for item in shown["items"]}


@pytest.mark.parametrize(("count", "anew"), [(LIMIT, False), (LIMIT + 1, True), (30, True)])
async def test_readers_get_as_many_events_as_the_limit_and_one_snapshot_above_it(
    hub: Hub, count, anew
):
    reader = await Reader(hub).join("tents")
    before = reader.cursor("tents")
    await sync_to_async(pitch)(count)
    await sync_to_async(touch_all)()
    if anew:
        await reader.until(2, "snapshot")
        assert names(reader, "tents") == {f"b{number}" for number in range(count)}
        assert reader.of("snapshot")[-1]["reason"] == "trimmed"
    else:
        await reader.until(count)
    await sync_to_async(Tent.objects.create)(name="last")
    await reader.until(1 if anew else count + 1)
    assert reader.of("event")[-1]["item"]["name"] == "last"
    late = await Reader(hub).join(tents=before)
    assert len(late.of("snapshot")) == 1
    assert late.cursor("tents") == reader.cursor("tents")


async def test_a_stream_with_few_of_the_objects_gets_events(hub: Hub):
    await sync_to_async(pitch)(LIMIT)
    await sync_to_async(pitch)(2, "a")
    reader = await Reader(hub).join("tents", "tents:a")
    await sync_to_async(touch_all)()
    await reader.until(2)
    await reader.until(3, "snapshot")
    assert {each["stream"] for each in reader.of("event")} == {"tents:a"}
    assert len(names(reader, "tents")) == LIMIT + 2


def test_a_later_touch_removes_an_item_of_the_snapshot():
    pitch(LIMIT + 3)
    touch_all()
    Group.objects.filter(name="b1").update(name=".b1")
    live.touch(Tent.objects.filter(name=".b1"))
    assert read_head("tents").cursor.position == LIMIT + 3 + 2
    last = rows().last()
    assert (last.op, last.event) == ("remove", "tent.left")


def test_the_rows_of_a_snapshot_hold_no_item():
    pitch(LIMIT + 1)
    touch_all()
    assert {row.item for row in rows()} == {""}


def test_a_delete_of_many_is_one_snapshot_too():
    pitch(LIMIT + 1)
    touch_all()
    before = read_head("tents")
    Tent.objects.all().delete()
    head = read_head("tents")
    assert head.floor == head.cursor and head.cursor.position == 2 * before.cursor.position
    assert [row.op for row in rows()] == ["put"] * (LIMIT + 1) + ["remove"] * (LIMIT + 1)


def test_events_that_the_site_names_stay_events():
    with live.atomic():
        for number in range(LIMIT + 1):
            live.publish("tents", "tent.said", {"key": f"k{number}", "order": "a", "name": "k"})
    assert read_head("tents").floor.position == 0


def test_a_stream_opens_behind_the_rows_of_a_snapshot():
    pitch(LIMIT + 1)
    touch_all()
    Tent.objects.create(name="later")
    stream = open_stream("tents")
    assert stream.ring.start == read_head("tents").floor
    assert stream.ring.head == read_head("tents").cursor


def test_trimming_deletes_the_rows_of_a_snapshot_with_the_others():
    pitch(LIMIT + 1)
    touch_all()
    floor = read_head("tents").floor
    Tent.objects.create(name="later")
    assert trim_streams(timezone.now(), keep_events=3, keep_hours=0) == LIMIT
    assert read_head("tents").floor == floor
    assert rows().count() == 2
    assert trim_streams(timezone.now(), keep_events=3, keep_hours=0) == 0
    assert trim_streams(timezone.now(), keep_events=0, keep_hours=0) == 2
    head = read_head("tents")
    assert head.floor == head.cursor and not rows().exists()


def test_retelling_raises_the_floor_above_the_rows_of_a_snapshot():
    pitch(LIMIT + 1)
    touch_all()
    retell_stream("tents")
    head = read_head("tents")
    assert head.floor == head.cursor and not rows().exists()


def test_a_redaction_reaches_the_items_of_a_snapshot():
    pitch(LIMIT + 1)
    touch_all()
    key = rows().first().key
    live.redact(key, "tent.withdrawn")
    assert rows().last().redacts and rows().first().redacted


def test_more_than_one_snapshot_follow_one_another():
    pitch(LIMIT + 1)
    touch_all()
    first = read_head("tents")
    touch_all()
    second = read_head("tents")
    assert second.cursor.position == first.cursor.position + 1
    assert second.floor == second.cursor
    assert rows().count() == LIMIT + 1  # the log knows already that they are shown
