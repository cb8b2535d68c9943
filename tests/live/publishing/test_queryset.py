import pytest
from asgiref.sync import sync_to_async
from django.apps.registry import Apps
from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from stoppress import live
from stoppress.live.errors import LiveError
from stoppress.live.log.trimming import trim_streams
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from stoppress.live.testing import assert_fresh, assert_published, capture_events

from .counted import statements

pytestmark = pytest.mark.usefixtures("transactional_db", "offers")

OWN = Apps(["tests.live.publishing"])  # of these tests: no migration and no other test sees them
COUNT = 120


class Offer(live.LiveModel):
    live_order = "id"

    shop = models.CharField(max_length=20, default="a")
    name = models.CharField(max_length=20, unique=True)

    objects = live.LiveQuerySet.as_manager()

    class Meta:
        apps = OWN
        app_label = "publishing"

    def live_key(self):
        return f"offer:{self.name}"

    def live_streams(self):
        return ["offers", f"shop:{self.shop}"] if self.shop else []

    def live_item(self):
        return {"name": self.name}


def shown(limit, shop=None):
    offers = Offer._base_manager.exclude(shop="").order_by("id")
    return (offers.filter(shop=shop) if shop else offers)[: limit + 1]


@pytest.fixture
def offers(transactional_db):
    with connection.schema_editor() as editor:
        editor.create_model(Offer)
    live.stream("offers", public=True, limit=500)(shown)
    live.stream("shop:<shop>", public=True, limit=500)(shown)
    Offer.objects.bulk_create(Offer(name=f"n{number}") for number in range(COUNT))
    yield
    registry.unregister("offers")
    registry.unregister("shop:<shop>")
    with connection.schema_editor() as editor:
        editor.delete_model(Offer)


def fresh():
    for stream in ("offers", "shop:a", "shop:b"):
        assert_fresh(stream)


def test_objects_that_are_created_together_are_shown():
    events = LoggedEvent.objects.filter(stream="offers")
    assert set(events.values_list("event", flat=True)) == {"offer.created"}
    assert events.count() == COUNT
    fresh()


CHANGES = {
    "moved": {"shop": "b"},
    "hidden": {"shop": ""},
    "given another key": {"name": Concat(F("name"), Value("x"))},
}


@pytest.mark.parametrize("words", CHANGES)
@pytest.mark.parametrize("trimmed", [True, False])
def test_rows_that_are_updated_together_are_on_an_open_page(words, trimmed):
    if trimmed:
        fresh()
        trim_streams(timezone.now(), keep_events=0, keep_hours=0)
    with capture_events("offers") as events:
        assert Offer.objects.filter(pk__lte=COUNT // 2).update(**CHANGES[words]) == COUNT // 2
    assert {event["op"] for event in events} <= {"put", "remove"}
    removed = {e["key"] for e in events if e["op"] == "remove"}
    assert len(removed) == (0 if words == "moved" else COUNT // 2)
    if not trimmed:
        fresh()


def test_rows_of_bulk_update_are_published():
    some = list(Offer.objects.order_by("pk")[:10])
    for offer in some:
        offer.shop = "b"
    with assert_published("shop:b", "offer.changed"), assert_published("shop:a", "offer.left"):
        Offer.objects.bulk_update(some, ["shop"])
    fresh()


def test_rows_that_conflict_are_published_in_their_final_state():
    made = [Offer(name="n1", shop="b"), Offer(name="new", shop="b")]
    Offer.objects.bulk_create(
        made, update_conflicts=True, update_fields=["shop"], unique_fields=["name"]
    )
    fresh()


def test_bulk_create_with_ignore_conflicts_is_refused():
    with pytest.raises(LiveError, match="ignore_conflicts"):
        Offer.objects.bulk_create([Offer(name="n1")], ignore_conflicts=True)
    assert Offer.objects.count() == COUNT


def test_a_rollback_takes_bulk_changes_back():
    with capture_events("offers") as events, pytest.raises(ZeroDivisionError), transaction.atomic():
        Offer.objects.update(shop="b")
        Offer.objects.bulk_create([Offer(name="new")])
        raise ZeroDivisionError
    assert events == []
    fresh()


async def test_the_async_methods_publish_too():
    await Offer.objects.filter(name="n1").aupdate(shop="b")
    await Offer.objects.abulk_create([Offer(name="new", shop="b")])
    await sync_to_async(fresh)()


def test_many_objects_take_as_many_statements_as_one():
    Offer.objects.filter(name="n0").update(shop="b")  # the stream's first event
    one = statements(lambda: Offer.objects.filter(name="n1").update(shop="b"))
    assert statements(lambda: Offer.objects.filter(shop="a").update(shop="b")) == one
    one = statements(lambda: Offer.objects.bulk_create([Offer(name="x")]))
    many = [Offer(name=f"x{number}") for number in range(90)]
    assert statements(lambda: Offer.objects.bulk_create(many)) == one


def test_another_database_is_refused():
    with pytest.raises(LiveError, match="one transaction must hold both"):
        Offer.objects.using("elsewhere").update(shop="b")
