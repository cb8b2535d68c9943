"""Give every article its place, rank and order, and a version of its present fields."""

import secrets
from datetime import datetime, timedelta

from django.db import migrations
from django.db.models import BooleanField, Case, CharField, F, Value, When
from django.db.models.functions import Cast, Concat

# Long texts fit into memory as often.
AT_ONCE = 50
TEXTS = ("headline", "summary", "body", "body_format")
TIMES = ("expires", "publish_at", "embargoed_until")
OTHERS = (
    *("byline", "located", "language", "urgency", "pinned", "source", "original_url"),
    *("copyright_holder", "copyright_notice", "usage_terms", "slugline", "ed_note"),
    *("external_id", "uri"),
)


def set_orders(apps, schema_editor):
    """Put the rank before each order; the time at the top is not known for any article yet."""
    articles = apps.get_model("newsroom", "Article").objects.using(schema_editor.connection.alias)
    rank = Case(When(pinned=True, then=3), When(urgency=1, then=2), default=0)
    placed = articles.filter(order__isnull=False)
    placed.update(place=F("order"), rank=rank, breaking=is_true(urgency=1))
    order = Concat(Cast("rank", CharField(max_length=1)), Value("-"), F("place"))
    placed.update(order=order)


def is_true(**condition):
    return Case(When(**condition, then=True), default=False, output_field=BooleanField())


def restore_orders(apps, schema_editor):
    """Have the place as the order again, as the release before knew it."""
    articles = apps.get_model("newsroom", "Article").objects.using(schema_editor.connection.alias)
    give_places(articles)
    articles.filter(place__isnull=False).update(order=F("place"))


def give_places(articles):
    """Give a place to what a process of the previous release has published: the next free one."""
    taken = set(articles.filter(place__isnull=False).values_list("place", flat=True))
    for article in articles.filter(order__isnull=False, place=None).only("order").order_by("pk"):
        moment = datetime.fromisoformat(article.order)
        while (place := wire_time(moment)) in taken:
            moment += timedelta(milliseconds=1)
        taken.add(place)
        # Its own order may be the place of another, which gets it back as its order.
        articles.filter(pk=article.pk).update(place=place, order=f"0-{place}")


def wire_time(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record_versions(apps, schema_editor):
    """Complete the version of each article's present state, and add those that are missing."""
    alias = schema_editor.connection.alias
    articles = apps.get_model("newsroom", "Article").objects.using(alias)
    Version = apps.get_model("newsroom", "Version")
    versions, last = Version.objects.using(alias), 0
    # Locked, because a process of the previous release may delete a draft meanwhile.
    locked = articles.select_for_update(of=("self",)).select_related("section").defer("body_tree")
    while rows := list(locked.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        recorded = {
            (version.article_id, version.version): version
            for version in versions.filter(article__in=rows).only("article", "version")
        }
        present, new = [], []
        for article in rows:
            version = recorded.get((article.pk, article.version))
            if version is not None:
                version.fields = stored(article)
                present.append(version)
                continue
            new.append(
                Version(
                    article=article,
                    version=article.version,
                    act="create" if article.version == 1 else "save",
                    public=False,
                    created=article.version_created,
                    fields=stored(article),
                    **{name: getattr(article, name) for name in TEXTS},
                )
            )
        versions.bulk_update(present, ["fields"])
        versions.bulk_create(new)


def stored(article):
    """Return an article's other fields, as a version keeps them."""
    fields = {name: getattr(article, name) for name in OTHERS}
    fields |= {
        name: getattr(article, name) and getattr(article, name).isoformat() for name in TIMES
    }
    section = article.section.slug if article.section else None
    return fields | {"section": section, "topics": [], "authors": [], "top_until": None}


def drop_versions(apps, schema_editor):
    """Keep only public versions, which the release before knew."""
    alias = schema_editor.connection.alias
    versions = apps.get_model("newsroom", "Version").objects.using(alias)
    versions.filter(public=False).delete()


def tell_anew(apps, schema_editor):
    """Have every reader of a list get a snapshot: old orders would sort among the new ones.

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


def missing_heads(apps, alias):
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
        migrations.RunPython(set_orders, restore_orders),
        migrations.RunPython(record_versions, drop_versions),
        migrations.RunPython(tell_anew, tell_anew),
    ]
