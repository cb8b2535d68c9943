"""Record a version of every article's present fields.

Each step is a separate transaction, so that publishers wait only for one step. If the migration is
interrupted, it can be run again.
"""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet

# So few, because texts may be long, and others may write between.
AT_ONCE = 50
TEXTS = ("headline", "summary", "body", "body_format")
TIMES = ("expires", "publish_at", "embargoed_until")
OTHERS = (
    *("byline", "located", "language", "urgency", "pinned", "source", "original_url"),
    *("copyright_holder", "copyright_notice", "usage_terms", "slugline", "ed_note"),
    *("external_id", "uri"),
)


def record_versions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Complete the version of each article's present state, and add those that are missing."""
    alias = schema_editor.connection.alias
    articles = apps.get_model("newsroom", "Article").objects.using(alias)
    keys = list(articles.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        with transaction.atomic(alias):
            if schema_editor.connection.vendor == "postgresql":
                # A process of the previous release may change or delete one of them meanwhile.
                schema_editor.execute("LOCK TABLE newsroom_article IN EXCLUSIVE MODE")
            record(articles.filter(pk__in=keys[start : start + AT_ONCE]), apps, alias)


def record(articles: QuerySet[Any], apps: Apps, alias: str) -> None:
    Version = apps.get_model("newsroom", "Version")
    versions = Version.objects.using(alias)
    rows = list(articles.select_related("section").defer("body_tree"))
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


def stored(article: Any) -> dict[str, Any]:
    """Return an article's other fields as a version stores them."""
    fields = {name: getattr(article, name) for name in OTHERS}
    fields |= {
        name: getattr(article, name) and getattr(article, name).isoformat() for name in TIMES
    }
    section = article.section.slug if article.section else None
    return fields | {"section": section, "topics": [], "authors": [], "top_until": None}


def drop_versions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Delete the versions that are not public, which the previous release does not know."""
    alias = schema_editor.connection.alias
    versions = apps.get_model("newsroom", "Version").objects.using(alias)
    versions.filter(public=False).delete()


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("newsroom", "0005_ranks_and_places")]

    operations = [migrations.RunPython(record_versions, drop_versions)]
