"""Let an idempotency key remember any object.

Processes of the previous release still write the article's column, and no other. Keys are kept for
48 hours.
"""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class AllowNull(migrations.AlterField):
    """Let a foreign key be NULL.

    On PostgreSQL Django would create the constraint again, and lock the articles for it. A process
    that changes an article and then stores its key would wait for the migration, and the migration
    for the process: a deadlock.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        quote, may = schema_editor.quote_name, "DROP" if field.null else "SET"
        table, column = quote(model._meta.db_table), quote(field.column)
        schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} {may} NOT NULL")

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.database_forwards(app_label, schema_editor, from_state, to_state)


def drop_others(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Delete the keys of objects other than articles, which the previous release cannot store."""
    keys: Any = apps.get_model("newsroom", "IdempotencyKey")
    keys.objects.using(schema_editor.connection.alias).filter(article=None).delete()


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0009_responsibility")]

    operations = [
        migrations.AddField(
            model_name="idempotencykey",
            name="made",
            field=models.CharField(db_default="", default="", editable=False, max_length=200),
        ),
        AllowNull(
            model_name="idempotencykey",
            name="article",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="newsroom.article",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_others),
    ]
