"""Another transaction's events may be gone when a transaction looks again: its objects are read."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.db import connections
from django.utils import timezone

from stoppress import live
from stoppress.live.log import ending
from stoppress.live.log.retelling import retell_stream
from stoppress.live.log.trimming import trim_streams
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry

LIMIT = 2
OWN = Apps()  # of these tests: other groups of theirs are not told with them

pytestmark = pytest.mark.backend("postgres")


class Booth(live.LiveModel, Group):
    live_order = "name"
    objects = live.LiveQuerySet.as_manager()

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    def live_streams(self):
        return ["booths"]

    def live_item(self):
        return {"permissions": self.permissions.count()}


@pytest.fixture
def booths(transactional_db, settings):
    settings.STOPPRESS_LIVE = {"REPLAY_LIMIT": LIMIT}
    live.stream("booths", public=True)(lambda limit: Booth.objects.order_by("name"))
    for name in "abc":
        Booth.objects.create(name=name)
    yield list(Booth.objects.order_by("name"))
    registry.unregister("booths")


def permit_all(booths):
    """More objects than the limit: readers get a snapshot."""
    with live.atomic():
        for booth in booths:
            booth.permissions.add(1)
        live.touch(booths)


def permit_and_retell(booths):
    booths[0].permissions.add(1)
    live.touch(booths[:1])
    retell_stream("booths")


def permit_and_trim(booths):
    booths[0].permissions.add(1)
    live.touch(booths[:1])
    trim_streams(timezone.now(), keep_events=0, keep_hours=0)


@pytest.mark.parametrize("other", [permit_all, permit_and_retell, permit_and_trim])
def test_an_object_is_read_again_even_without_an_event_of_its_change(booths, monkeypatch, other):
    lock = ending.lock_streams

    def lock_late(counts, using):
        monkeypatch.undo()
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: (other(booths), connections.close_all())).result()
        return lock(counts, using)

    monkeypatch.setattr(ending, "lock_streams", lock_late)  # the moment before the lock
    live.touch(booths[:1])
    last = LoggedEvent.objects.filter(stream="booths").order_by("position").last()
    assert json.loads(last.item)["permissions"] == 1
