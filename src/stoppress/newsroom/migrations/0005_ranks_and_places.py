"""Give every article its place, rank and order."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    ExpressionWrapper,
    F,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat

BREAKING_FOR = timedelta(days=1)


def hold_articles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let processes of the previous release read during the migration, but not write.

    They lock articles in another order than the statements here, so a deadlock would be possible.
    SQLite has one writer.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("LOCK TABLE newsroom_article IN EXCLUSIVE MODE")


def set_orders(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the rank before each order.

    In the previous release urgency had no effect on the order, so urgency 1 was often kept: it now
    lifts an article only for a day from its publication.
    """
    rows = apps.get_model("newsroom", "Article").objects.using(schema_editor.connection.alias)
    recent = {"urgency": 1, "first_published__gt": datetime.now(UTC) - BREAKING_FOR}
    rank = Case(When(pinned=True, then=3), When(**recent, then=2), default=0)
    ends = ExpressionWrapper(F("first_published") + BREAKING_FOR, output_field=DateTimeField())
    rows.filter(order__isnull=False).update(
        place=F("order"),
        rank=rank,
        breaking=is_true(**recent),
        top_until=Case(When(urgency=1, then=ends), default=None),
        rank_until=Case(When(**recent, then=ends), default=None),
        order=Concat(Cast(rank, CharField(max_length=1)), Value("-"), F("order")),
    )


def is_true(**condition: object) -> Case:
    return Case(When(**condition, then=True), default=False, output_field=BooleanField())


def restore_orders(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the place the order again, as in the previous release."""
    rows = apps.get_model("newsroom", "Article").objects.using(schema_editor.connection.alias)
    give_places(rows)
    rows.filter(place__isnull=False).update(order=F("place"))


def give_places(rows: QuerySet[Any]) -> None:
    """Give the next free place to each article published by a process of the previous release."""
    taken = set(rows.filter(place__isnull=False).values_list("place", flat=True))
    for row in rows.filter(order__isnull=False, place=None).only("order").order_by("pk"):
        moment = datetime.fromisoformat(row.order)
        while (place := wire_time(moment)) in taken:
            moment += timedelta(milliseconds=1)
        taken.add(place)
        # Its own order may be the place of another, which gets it back as its order.
        rows.filter(pk=row.pk).update(place=place, order=f"0-{place}")


def wire_time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tell_anew(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Send every reader of a list a new snapshot: old orders would sort among the new ones.

    This is `retell STREAM` without the code that later releases may change.
    """
    alias = schema_editor.connection.alias
    if not apps.get_model("newsroom", "Article").objects.using(alias).exists():
        return  # a new installation, whose streams begin without a head
    heads = apps.get_model("stoppress_live", "StreamHead").objects.using(alias)
    events = apps.get_model("stoppress_live", "LoggedEvent").objects.using(alias)
    heads.bulk_create(missing_heads(apps, alias), ignore_conflicts=True)
    lists = heads.filter(name="news") | heads.filter(name__startswith="section:")
    # In the order in which publishers lock them.
    for head in lists.select_for_update().order_by("name"):
        events.filter(stream=head.name).delete()
        head.head += 1
        head.link = secrets.token_hex(8)
        head.floor, head.floor_link = head.head, head.link
        head.save()


def missing_heads(apps: Apps, alias: str) -> list[Any]:
    """Return a head for each list that has none: its articles came without an event."""
    sections = apps.get_model("newsroom", "Section").objects.using(alias)
    names = ["news", *(f"section:{slug}" for slug in sections.values_list("slug", flat=True))]
    Head = apps.get_model("stoppress_live", "StreamHead")
    installation = apps.get_model("stoppress_live", "Installation").objects.using(alias).first()
    first = installation.first if installation else 0
    return [Head(name=name, head=first, floor=first) for name in names]


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0004_model_of_the_newsroom"),
        ("stoppress_live", "0003_installation_first"),
    ]

    operations = [
        migrations.RunPython(hold_articles, hold_articles),
        migrations.RunPython(set_orders, restore_orders),
        migrations.RunPython(tell_anew, tell_anew),
    ]
