"""Rows that lead to a live object by a content type and its primary key as text."""

import pytest
from django.apps.registry import Apps
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

from stoppress import live
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from stoppress.live.publishing.related import RelatedRows


class Own:
    apps = Apps(["tests.live.publishing"])
    app_label = "publishing"


class Parcel(live.LiveModel):
    labels = GenericRelation("Label")
    live_order = "id"
    live_with = ["labels"]

    class Meta(Own):
        pass

    def live_streams(self):
        return ["parcels"]

    def live_item(self):
        return {"labels": sorted(label.text for label in self.labels.all())}


class Label(models.Model):
    text = models.CharField(max_length=20)
    content_type = models.ForeignKey(
        ContentType, models.CASCADE, db_constraint=False, related_name="+"
    )
    object_id = models.CharField(max_length=20)
    about = GenericForeignKey()

    class Meta(Own):
        pass


@pytest.fixture
def parcel(transactional_db):
    RelatedRows(Own.apps).connect()
    with connection.schema_editor() as editor:
        editor.create_model(Parcel)
        editor.create_model(Label)
    live.stream("parcels", public=True)(lambda limit: Parcel.objects.order_by("id"))
    yield Parcel.objects.create()
    registry.unregister("parcels")
    with connection.schema_editor() as editor:
        editor.delete_model(Label)
        editor.delete_model(Parcel)


def label(text, object_id):
    kind = ContentType.objects.get_for_model(Parcel)
    return Label.objects.create(text=text, content_type_id=kind.pk, object_id=object_id)


def labels():
    last = LoggedEvent.objects.filter(stream="parcels").order_by("position").last()
    return last.item


def test_a_row_that_points_to_the_object_updates_it(parcel):
    label("fragile", str(parcel.pk))
    assert "fragile" in labels()


@pytest.mark.backend("sqlite")  # PostgreSQL refuses every query by a GenericRelation then
@pytest.mark.parametrize("object_id", ["", "none", "1.5"])
def test_a_row_whose_object_id_is_no_key_is_saved(parcel, object_id):
    label("lost", object_id)
    assert Label.objects.get().text == "lost"
    assert "lost" not in labels()


def test_a_row_whose_key_was_not_read_is_saved(parcel):
    label("fragile", str(parcel.pk))
    row = Label.objects.only("text").get()
    row.text = "heavy"
    row.save()
    assert "heavy" in labels()
