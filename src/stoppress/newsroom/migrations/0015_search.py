"""The index of the search: entries of articles, and the database's own index of their tokens.

It is empty at first, so that the migration is quick: the background worker fills it, the newest
articles first, and until then the search finds only the articles with an entry.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import stoppress.newsroom.models.search_entry
from stoppress.newsroom.search_table import INDEX, TABLE, TRIGGERS

HAS_FTS5 = "SELECT 1 FROM pragma_module_list WHERE name = 'fts5'"
# Entries are added to the index at once: each search would read a list of pending ones.
GIN = f"CREATE INDEX {TABLE} ON newsroom_searchentry USING gin (tokens) WITH (fastupdate = off)"


def create_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the index of tokens. Without one, the search reads the entries' words."""
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        schema_editor.execute(GIN)
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        known = cursor.execute(HAS_FTS5).fetchone()
    for statement in (INDEX, *TRIGGERS) if known else ():
        schema_editor.execute(statement)


def drop_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the table of FTS5. Triggers and PostgreSQL's index go with the entries."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TABLE IF EXISTS {TABLE}")


class Migration(migrations.Migration):

    dependencies = [
        ('newsroom', '0014_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('public', models.BooleanField()),
                ('position', models.BigIntegerField(null=True, unique=True)),
                ('words', models.TextField()),
                ('desk_words', models.TextField()),
                ('tokens', stoppress.newsroom.models.search_entry.TokensField()),
                ('article', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='search_entry', to='newsroom.article')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RunPython(create_index, drop_index),
    ]
