"""Two transactions whose steps follow one another in every possible order.

After each order, the log says of every object what the rows say, and nothing failed.
"""

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group, User
from django.db import transaction

from stoppress import live
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.items import encode_item
from tests.live.conftest import put

from .schedules import all_schedules

pytestmark = [
    pytest.mark.backend("postgres"),
    pytest.mark.usefixtures("transactional_db", "board"),
]

OWN = Apps()  # of these tests: other groups of theirs are not told with them


class Choir(live.LiveModel, Group):
    """A group that is shown in the streams whose letters its name begins with: `ab-Tallis`."""

    live_order = "name"

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_streams(self):
        return [f"other:{letter}" for letter in self.name.partition("-")[0]]

    def live_item(self):
        return {"name": self.name, "singers": self.user_set.count()}


class FullChoir(Choir):
    """A group that is shown once it has two members."""

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_streams(self):
        return super().live_streams() if self.user_set.count() > 1 else []


class MovingChoir(Choir):
    """A group that is shown in a stream of as many members."""

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_streams(self):
        return [f"other:{self.user_set.count()}"]


def nothing_is_there():
    with transaction.atomic():
        Group.objects.all().delete()
        LoggedEvent.objects.all().delete()
        StreamHead.objects.all().delete()


def rename(choir, name):
    choir.name = name
    choir.save()


def touch(*choirs):
    live.touch(type(choirs[0]).objects.filter(pk__in=[choir.pk for choir in choirs]))


def join(choir, user):
    with transaction.atomic():
        choir.user_set.add(user)
        touch(choir)


def leave(choir, user):
    with transaction.atomic():
        choir.user_set.remove(user)
        touch(choir)


def shown_by_the_log():
    shown = {}
    for event in LoggedEvent.objects.order_by("position"):
        shown.pop((event.stream, event.key), None)
        if event.op == "put":
            shown[event.stream, event.key] = event.item
    return shown


def shown_by_the_rows(model):
    return {
        (stream, choir.live_key()): encode_item(choir.wire_item())
        for choir in model.objects.all()
        for stream in choir.live_streams()
    }


def every_schedule(begin):
    def begin_afresh():
        nothing_is_there()
        return begin()

    run = set()
    for schedule in all_schedules(begin_afresh):
        run.add(str(schedule))
        assert not schedule.errors, schedule
        for head in StreamHead.objects.all():
            events = LoggedEvent.objects.filter(stream=head.name).order_by("position")
            positions = list(events.values_list("position", flat=True))
            assert positions == list(range(1, head.head + 1)), schedule
        yield schedule
    assert len(run) > 1


def tells_it_as_it_is(begin, model=Choir):
    for schedule in every_schedule(begin):
        assert shown_by_the_log() == shown_by_the_rows(model), schedule


def test_a_save_and_a_touch_of_one_object_lose_nothing():
    def begin():
        choir = Choir.objects.create(name="a-Tallis")
        return lambda: rename(choir, "a-Byrd"), lambda: touch(choir)

    tells_it_as_it_is(begin)


def test_two_touches_of_one_object_lose_nothing():
    singers = [User.objects.create(username=name) for name in ("Nell", "Rufus")]

    def begin():
        choir = Choir.objects.create(name="a-Tallis")
        return [lambda own=singer: join(choir, own) for singer in singers]

    tells_it_as_it_is(begin)


def test_marking_two_streams_in_opposite_orders_loses_nothing():
    def begin():
        one, two = (Choir.objects.create(name=name) for name in ("a-Tallis", "b-Byrd"))
        three, four = (Choir.objects.create(name=name) for name in ("a-Dunstaple", "b-Power"))

        def up():
            with transaction.atomic():
                rename(one, "a-Taverner")
                rename(two, "b-Cornysh")

        def down():
            with transaction.atomic():
                rename(four, "b-Frye")
                rename(three, "a-Bedyngham")
                touch(two, one)

        return up, down

    tells_it_as_it_is(begin)


@pytest.mark.parametrize(
    ("before", "after"), [("a", "b"), ("ab", "bc"), ("a", ""), ("", "a"), ("b", "a")]
)
@pytest.mark.parametrize("earlier", ["", "abc"])
def test_moving_an_object_during_a_touch_loses_nothing(before, after, earlier):
    def begin():
        choir = Choir.objects.create(name=f"{earlier}-Tallis")
        rename(choir, f"{before}-Tallis")
        return lambda: rename(choir, f"{after}-Tallis"), lambda: touch(choir)

    tells_it_as_it_is(begin)


def test_moving_an_object_in_two_transactions_loses_nothing():
    def begin():
        choir = Choir.objects.create(name="a-Tallis")
        same = Choir.objects.get()
        return lambda: rename(choir, "b-Tallis"), lambda: rename(same, "c-Tallis")

    tells_it_as_it_is(begin)


def test_a_delete_and_a_touch_lose_nothing():
    def begin():
        choir = Choir.objects.create(name="ab-Tallis")
        return Choir.objects.get().delete, lambda: touch(choir)

    tells_it_as_it_is(begin)


def test_a_delete_and_a_save_lose_nothing():
    def begin():
        choir = Choir.objects.create(name="ab-Tallis")
        return Choir.objects.get().delete, lambda: rename(choir, "bc-Tallis")

    tells_it_as_it_is(begin)


@pytest.mark.parametrize("other", ["save", "touch"])
def test_a_redaction_and_another_change_lose_nothing(other):
    def begin():
        choir = Choir.objects.create(name="a-Tallis")

        def withdraw():
            with transaction.atomic():
                own = Choir.objects.select_for_update().get()
                rename(own, "-Tallis")
                live.redact(own.live_key(), "choir.withdrawn")

        return withdraw, lambda: rename(choir, "b-Byrd") if other == "save" else touch(choir)

    for schedule in every_schedule(begin):
        assert shown_by_the_log() == shown_by_the_rows(Choir), schedule
        assert not LoggedEvent.objects.filter(item__contains="-Tallis"), schedule


def test_showing_an_object_by_changes_of_two_transactions_loses_nothing():
    singers = [User.objects.create(username=name) for name in ("Nell", "Rufus")]

    def begin():
        choir = FullChoir.objects.create(name="a-Tallis")
        choir.user_set.add(singers[0])
        return lambda: join(choir, singers[1]), lambda: leave(choir, singers[0])

    tells_it_as_it_is(begin, FullChoir)


def test_moving_an_object_by_changes_of_two_transactions_loses_nothing():
    singers = [User.objects.create(username=name) for name in "abcd"]

    def begin():
        choir = MovingChoir.objects.create(name="-Tallis")
        choir.user_set.add(*singers[:2])
        touch(choir)
        return lambda: join(choir, singers[2]), lambda: leave(choir, singers[0])

    tells_it_as_it_is(begin, MovingChoir)


@pytest.mark.parametrize("keys", ["ab", "aa"])
def test_publishing_to_two_streams_in_opposite_orders_loses_nothing(keys):
    def publish(key, streams):
        with transaction.atomic():
            for stream in streams:
                put(key, stream=stream)

    opposite = ["other:a", "other:b"], ["other:b", "other:a"]

    def begin():
        put("z", stream="other:a")
        return [
            lambda key=key, streams=streams: publish(key, streams)
            for key, streams in zip(keys, opposite, strict=True)
        ]

    shown = {(f"other:{stream}", key) for stream in "ab" for key in keys} | {("other:a", "z")}
    for schedule in every_schedule(begin):
        assert set(shown_by_the_log()) == shown, schedule
