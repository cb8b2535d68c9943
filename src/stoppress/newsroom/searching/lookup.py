"""The lookup of tokens in the database's index: FTS5 on SQLite, `tsvector` on PostgreSQL."""

from typing import Any

from django.db import connections
from django.db.models import Lookup

from stoppress.newsroom.models.search_entry import TokensField
from stoppress.newsroom.search_table import EXISTS, TABLE


@TokensField.register_lookup
class HasTokens(Lookup):
    """`tokens__has=[(token, begins)]`: all of these tokens, or longer ones that begin with it."""

    lookup_name = "has"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        raise NotImplementedError(f"{connection.vendor} has no index of tokens.")

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        entry = f"{connection.ops.quote_name(self.lhs.alias)}.position"
        asked = " ".join(f'"{token}"{"*" if begins else ""}' for token, begins in self.rhs)
        return f"{entry} IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s)", [asked]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        asked = " & ".join(f"'{token}'{':*' if begins else ''}" for token, begins in self.rhs)
        return f"{column} @@ %s::tsquery", [*parameters, asked]


def has_index(alias: str) -> bool:
    """Return whether a database has an index of tokens. A SQLite without FTS5 has none."""
    connection = connections[alias]
    if connection.vendor != "sqlite":
        return connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        return cursor.execute(EXISTS).fetchone() is not None
