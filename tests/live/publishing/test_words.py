"""Error messages for a developer's mistakes."""

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from stoppress import live
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from stoppress.live.publishing.marked_object import event_of
from tests.live.conftest import put

pytestmark = pytest.mark.usefixtures("transactional_db", "board")

OWN = Apps()  # of these tests: other groups of theirs are not told with them


class Own:
    proxy = True
    apps = OWN
    app_label = "auth"


class Given(live.LiveModel, Group):
    """Returns what a test gives it."""

    streams: object = ("board",)
    order: object = "1"

    class Meta(Own):
        pass

    def live_streams(self):
        return self.streams

    def live_order(self):
        return self.order


class Überschrift(live.LiveModel, Group):
    live_order = "name"

    class Meta(Own):
        pass

    def live_streams(self):
        return ["board"]


class AnAnnouncementOfTheHarbourMasterConcerningTheLowerLockGate1(live.LiveModel, Group):
    live_order = "name"

    class Meta(Own):
        pass

    def live_streams(self):
        return ["board"]


@pytest.mark.parametrize(
    ("streams", "words"),
    [
        ("board", "must return a list: ['board']"),
        (None, "must return a list, which is empty where the object is hidden; it returned None"),
        (7, "must return a list"),
        ([None], "must return names of streams; it returned None"),
        (["Board"], "'Board' is none. 'board' is one."),
        (["tag:été"], "lower-case letters of ASCII"),
    ],
)
def test_invalid_streams_are_refused_with_a_message(monkeypatch, streams, words):
    monkeypatch.setattr(Given, "streams", streams)  # what the test's own model returns
    with pytest.raises((TypeError, live.UnknownStream)) as refused:
        Given.objects.create(name="a")
    assert words in str(refused.value)
    assert any("Given" in note and "read to be published" in note for note in notes(refused.value))
    assert not Group.objects.exists()


@pytest.mark.parametrize("order", [None, 7, {"a": 1}, ["a"]])
def test_an_order_that_is_not_text_is_refused_with_a_message(monkeypatch, order):
    monkeypatch.setattr(Given, "order", order)  # what the test's own model returns
    with pytest.raises(live.InvalidItem, match=r"live_order\(\) of Given must return text"):
        Given.objects.create(name="a")


def test_a_field_that_cannot_sort_is_named(monkeypatch):
    monkeypatch.setattr(Given, "order", float("nan"))  # what the test's own model returns
    monkeypatch.setattr(Given, "live_order", "order")  # what the test's own model returns
    with pytest.raises(live.InvalidItem, match=r"^Given\.order: live_order cannot sort by NaN"):
        Given.objects.create(name="a")


@pytest.mark.parametrize(
    ("model", "event"),
    [
        (Überschrift, "uberschrift.created"),
        (
            AnAnnouncementOfTheHarbourMasterConcerningTheLowerLockGate1,
            "anannouncementoftheharbourmasterconcerningthelowerlockga.created",
        ),
    ],
)
def test_a_class_may_have_any_name(model, event):
    created = model.objects.create(name="a")
    assert LoggedEvent.objects.get(stream="board").event == event
    created.delete()
    assert LoggedEvent.objects.filter(stream="board").count() == 2


@pytest.mark.parametrize(
    ("name", "event"), [("_own", "own.left"), ("試合", "object.left"), ("x" * 100, None)]
)
def test_an_event_has_a_name_whatever_the_models_is(name, event):
    assert event_of(name, "left") == (event or f"{'x' * 59}.left")


def notes(error):
    return getattr(error, "__notes__", [])


def test_a_write_within_reading_is_refused_with_the_reason():
    with pytest.raises(DatabaseError) as refused, live.reading():
        put("a")
    assert "read-only transaction" in notes(refused.value)[0]
    assert "before or after" in notes(refused.value)[0]


def test_the_shared_page_that_writes_is_named():
    @live.shared_page
    def counted(request: HttpRequest) -> HttpResponse:
        Group.objects.create(name="seen")
        return HttpResponse()

    with pytest.raises(DatabaseError) as refused:
        counted(RequestFactory().get("/"))
    assert "counted is a shared_page" in notes(refused.value)[1]


def test_a_streams_function_may_write_what_it_shows():
    """A template may make a picture's rendition."""

    @live.stream("written", public=True)
    def written(limit):
        group, _ = Group.objects.get_or_create(name="made here")
        return [{"key": f"group:{group.pk}", "order": "1"}]

    try:
        assert len(live.snapshot("written").items) == 1
        assert Group.objects.count() == 1
    finally:
        registry.unregister("written")
