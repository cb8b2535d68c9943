"""A migration operation that adds a column."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class AddColumn(migrations.AddField):
    """Add a column with a database default, without copying the table on SQLite.

    Django copies the table for each column that may not be NULL. With all texts that takes long,
    and nobody can publish meanwhile.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        BaseDatabaseSchemaEditor.add_field(schema_editor, model, field)
