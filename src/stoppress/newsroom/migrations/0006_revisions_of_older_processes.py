"""Let processes of the previous release read and write public versions until their restart.

They know the table by its former name. The next migration that changes Version removes this view
first, since neither database alters a table beneath one.
"""

from django.db import migrations

COLUMNS = 'article_id, version, {act}, note, "by", created, headline, summary, body, body_format'
VIEW = (
    f"CREATE VIEW newsroom_revision AS SELECT id, {COLUMNS.format(act='act AS kind')}"
    " FROM newsroom_version WHERE {public}"
)
# PostgreSQL can write to such a view by itself.
TRIGGER = (
    "CREATE TRIGGER newsroom_revision_insert INSTEAD OF INSERT ON newsroom_revision BEGIN"
    f" INSERT INTO newsroom_version ({COLUMNS.format(act='act')})"
    " VALUES (NEW.article_id, NEW.version, NEW.kind, NEW.note, NEW.\"by\", NEW.created,"
    " NEW.headline, NEW.summary, NEW.body, NEW.body_format); END"
)


def create_view(apps, schema_editor):
    schema_editor.execute(VIEW.format(public="public"))
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(TRIGGER)


def drop_view(apps, schema_editor):
    schema_editor.execute("DROP VIEW newsroom_revision")


class Migration(migrations.Migration):

    dependencies = [("newsroom", "0005_orders_and_versions")]

    operations = [migrations.RunPython(create_view, drop_view)]
