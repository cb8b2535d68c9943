"""An installation as the release before the roles has left it, with as many articles as wanted."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.services import backend

FIXTURE = Path(__file__).with_name("before_roles.jsonl.gz")
ARTICLES = 200
# What each copy of an article has once more.
COPIED = ("newsroom.Article", "newsroom.Revision", "newsroom.IdempotencyKey")
LOGGED = ("stoppress_live.StreamHead", "stoppress_live.LoggedEvent")
APART = 100_000

numbers = count()
Row = dict[str, Any]
Rows = dict[str, list[Row]]


@contextmanager
def empty_database(config: pytest.Config, directory: Path) -> Iterator[None]:
    """Have Django work on an empty database, a file in the directory or one of PostgreSQL."""
    settings, before = connection.settings_dict, connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "postgresql":
        settings["NAME"] = config.stash[backend.SERVER].new_database().rpartition("/")[2]
    else:
        settings["NAME"] = str(directory / f"{next(numbers)}.sqlite3")
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = before


def fixture() -> tuple[list[tuple[str, str]], Rows]:
    """Return the migrations of the fixture's database, and its rows by model."""
    rows: Rows = defaultdict(list)
    with gzip.open(FIXTURE, "rt", encoding="utf-8") as lines:
        migrations = [tuple(each) for each in json.loads(next(lines))["migrations"]]
        for line in map(json.loads, lines):
            rows[line["model"]].append(line["fields"])
    return migrations, rows


def multiplied(rows: Rows, articles: int) -> Rows:
    """Return rows of as many articles: those of the fixture, and copies with names of their own."""
    copies = range(1, articles // ARTICLES)
    more = {
        model: [copied(row, copy) for copy in copies for row in rows[model]] for model in COPIED
    }
    for model in LOGGED:
        of_stories = [row for row in rows[model] if stream(row).startswith("story:")]
        more[model] = [told_of_copy(row, copy) for copy in copies for row in of_stories]
    return {model: [*rows[model], *more.get(model, [])] for model in rows}


def copied(row: Row, copy: int) -> Row:
    """Return a copy's row, with names and a place of its own."""
    row = row | {"id": row["id"] + copy * APART}
    if "article_id" in row:
        row["article_id"] += copy * APART
    if "digest" in row:
        row["digest"] = f"{row['digest'][:-6]}{copy:06}"
    if "uri" in row:
        row["uri"] += f"-{copy}"
        row["external_id"] = row["external_id"] and f"{row['external_id']}-{copy}"
        # As many years before. The fixture is from one year, which has no leap day.
        row["order"] = row["order"] and f"{int(row['order'][:4]) - copy}{row['order'][4:]}"
    return row


def told_of_copy(row: Row, copy: int) -> Row:
    """Return a copy's row of the log: the same text under another key and name."""
    old = stream(row).removeprefix("story:")
    new = str(int(old) + copy * APART)
    if "name" in row:
        return row | {"name": f"story:{new}"}
    item = row["item"].replace(f'"article:{old}"', f'"article:{new}"')
    item = item.replace(f"/articles/{old}/", f"/articles/{new}/")
    return row | {"stream": f"story:{new}", "key": f"article:{new}", "item": item}


def stream(row: Row) -> str:
    return str(row.get("name") or row["stream"])


NEW_STORY = f"CAST(substr({{}}, 7) AS bigint) + copy * {APART}"
# What `copied` and `told_of_copy` say, in SQL: a database does in a second what takes Django ten.
COPIES = {
    "newsroom_article": {
        "id": f"id + copy * {APART}",
        "uri": "uri || '-' || copy",
        "external_id": "CASE external_id WHEN '' THEN '' ELSE external_id || '-' || copy END",
        "order": """(CAST(substr("order", 1, 4) AS int) - copy) || substr("order", 5)""",
    },
    "newsroom_revision": {
        "id": f"id + copy * {APART}",
        "article_id": f"article_id + copy * {APART}",
    },
    "newsroom_idempotencykey": {
        "id": f"id + copy * {APART}",
        "article_id": f"article_id + copy * {APART}",
        "digest": "substr(digest, 1, 58) || substr(CAST(1000000 + copy AS text), 2)",
    },
    "stoppress_live_streamhead": {"name": f"'story:' || ({NEW_STORY.format('name')})"},
    "stoppress_live_loggedevent": {
        "stream": f"'story:' || ({NEW_STORY.format('stream')})",
        "key": f"'article:' || ({NEW_STORY.format('stream')})",
        "item": f"""replace(replace(item,
            '"article:' || substr(stream, 7) || '"',
            '"article:' || ({NEW_STORY.format("stream")}) || '"'),
            '/articles/' || substr(stream, 7) || '/',
            '/articles/' || ({NEW_STORY.format("stream")}) || '/')""",
    },
}


def install(migrations: list[tuple[str, str]], rows: Rows, articles: int) -> None:
    """Migrate an empty database to the fixture's migrations, and insert its rows, and copies."""
    executor = MigrationExecutor(connection)
    apps = executor.migrate(migrations).apps
    models = [apps.get_model(name) for name in rows]
    with connection.constraint_checks_disabled():
        for model in models:
            model.objects.all().delete()  # the one installation, which its migration has made
            fields = {field.attname: field for field in model._meta.concrete_fields}
            model.objects.bulk_create(
                model(**{name: fields[name].to_python(value) for name, value in row.items()})
                for row in rows[model._meta.label]
            )
    with connection.cursor() as cursor:
        for model in models:
            if articles > ARTICLES and model._meta.db_table in COPIES:
                columns = [field.column for field in model._meta.concrete_fields]
                cursor.execute(copying(model._meta.db_table, columns, articles // ARTICLES))
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def copying(table: str, columns: list[str], copies: int) -> str:
    """Return the SQL that copies a table's rows, so that there are as many times as many."""
    names = [f'"{column}"' for column in columns]
    values = [COPIES[table].get(column, f'"{column}"') for column in columns]
    of_stories = {"name", "stream"} & COPIES[table].keys()
    where = "".join(f"WHERE {column} LIKE 'story:%'" for column in of_stories)
    return f"""
        INSERT INTO {table} ({", ".join(names)})
        WITH RECURSIVE copies(copy) AS
            (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < {copies - 1})
        SELECT {", ".join(values)} FROM {table} CROSS JOIN copies {where}
    """


def stored(table: str, columns: str = "*") -> Iterator[Row]:
    """Return a table's rows as the database has them, in the order of their keys."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2")
        names = [column[0] for column in cursor.description]
        while some := cursor.fetchmany(1000):
            yield from (dict(zip(names, row, strict=True)) for row in some)
