"""The matrix of docs/newsroom.md is what the site does, and it has a row for everything."""

import pytest

from . import site
from .table import Row, methods, tables
from .tries import Trial

TABLES = tables()


def rows(column: str) -> list[Row]:
    """Return the rows of all tables that are about addresses, streams, commands or actions."""
    return [row for table in TABLES.values() for row in table if row.of(column)]


@pytest.mark.django_db
@pytest.mark.backend("sqlite")
@pytest.mark.parametrize("heading", TABLES)
@pytest.mark.slow("it tries every cell")
def test_each_cell_says_what_the_site_does(heading):
    assert list(Trial().differences(TABLES[heading])) == []


def test_each_address_has_a_row_for_each_method_and_each_row_an_address():
    told = {
        (row.of("address"), method)
        for table in TABLES.values()
        for row in table
        if row.of("address")
        for method in methods(row, table)
    }
    assert told == site.endpoints()


@pytest.mark.parametrize("column", ["stream", "command", "action"])
def test_each_stream_command_and_action_has_a_row(column):
    has = {"stream": site.streams, "command": site.commands, "action": site.actions}
    assert {row.of(column) for row in rows(column)} == has[column]()


def test_no_row_stands_twice():
    names = [row.name for table in TABLES.values() for row in table]
    assert len(names) == len(set(names))
