"""Empty the tables after a test that commits, in little time.

Django empties every table, and then makes permissions and content types anew, which takes longer
than most tests. Here permissions and content types stay, since they depend on the models alone, and
only tables with rows are emptied: on PostgreSQL each takes a new file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import Style
from django.core.management.commands import flush
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live.apps import LiveConfig, make_installation

KEPT = {ContentType._meta.db_table, Permission._meta.db_table}


@contextmanager
def keeping_permissions() -> Iterator[None]:
    """Make Django's `flush` command keep these rows, and create only our own rows anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "sql_flush", _sql_flush)  # the command has no option for it
        patch.setattr(flush, "emit_post_migrate_signal", _make_installation)  # nor for this
        yield


def _sql_flush(style: Style, connection: BaseDatabaseWrapper, **options: Any) -> list[str]:
    introspection = connection.introspection
    tables = introspection.django_table_names(only_existing=True, include_views=False)
    emptied = [table for table in tables if table not in KEPT]
    if options["reset_sequences"]:
        return connection.ops.sql_flush(style, emptied, **options)
    filled, quoted = _filled(connection, emptied), connection.ops.quote_name
    # A truncated table leaves no dead rows, which would mislead the planner. PostgreSQL refuses it
    # for a table that others refer to. Foreign keys are checked at the end, so any order will do.
    referred = _referred(connection)
    whole = [quoted(table) for table in filled if table not in referred]
    truncate = [f"TRUNCATE {', '.join(whole)}"] if whole and referred else []
    rows = [table for table in filled if not referred or table in referred]
    return [*truncate, *(f"DELETE FROM {quoted(table)}" for table in rows)]


def _filled(connection: BaseDatabaseWrapper, tables: list[str]) -> list[str]:
    """Return the tables that have rows."""
    names = {table: connection.ops.quote_name(table) for table in tables}
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {names[table]})" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [table for (table,) in cursor.fetchall()]


def _referred(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the tables of PostgreSQL that others refer to; nothing on SQLite."""
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_constraint JOIN pg_class ON pg_class.oid = confrelid"
            " WHERE contype = 'f'"
        )
        return {table for (table,) in cursor.fetchall()}


def _make_installation(verbosity: int, interactive: bool, db: str) -> None:
    make_installation(apps.get_app_config(LiveConfig.label), db)
