"""The cost of a migration: it does not copy the table of all texts."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.backend("sqlite", "postgres")]


@pytest.mark.parametrize("migration", ["0013"])
def test_articles_are_altered_where_they_are(migration):
    statements = StringIO()
    call_command("sqlmigrate", "newsroom", migration, stdout=statements)
    assert "newsroom_article" in statements.getvalue()
    assert "new__newsroom_article" not in statements.getvalue()
    if connection.vendor == "postgresql":
        assert "USING" not in statements.getvalue()


@pytest.mark.backend("postgres")
def test_orders_are_compared_as_the_protocol_does():
    with connection.cursor() as database:
        database.execute(
            "SELECT collation_name FROM information_schema.columns"
            " WHERE table_name = 'newsroom_article' AND column_name = 'order'"
        )
        assert database.fetchone() == ("C",)
