"""The matrix of docs/newsroom.md is what the site does, and it has a row for everything."""

import pytest

from tests.site.accounts.switched_on import switch_on

from . import site
from .table import Row, methods, tables
from .tries import Trial

TABLES = tables()
# Of a site that has switched it on; all other tables are of one that has not.
ACCOUNTS = "With a second factor or single sign-on"


def rows(column: str) -> list[Row]:
    """Return the rows of all tables that are about addresses, streams, commands or actions."""
    return [row for table in TABLES.values() for row in table if row.of(column)]


@pytest.mark.django_db
@pytest.mark.backend("sqlite")
@pytest.mark.parametrize("heading", TABLES)
@pytest.mark.slow("it tries every cell")
def test_each_cell_agrees_with_the_site(heading, settings):
    if heading == ACCOUNTS:
        switch_on(settings)
    assert list(Trial().differences(TABLES[heading])) == []


def test_each_address_has_a_row_for_each_method_and_each_row_an_address(settings):
    without = {heading: table for heading, table in TABLES.items() if heading != ACCOUNTS}
    assert told(without) == site.endpoints()
    switch_on(settings)
    assert told(TABLES) == site.endpoints()


def told(tables: dict[str, list[Row]]) -> set[tuple[str, str]]:
    """Return each address of some tables with each of its methods."""
    return {
        (row.of("address"), method)
        for table in tables.values()
        for row in table
        if row.of("address")
        for method in methods(row, table)
    }


@pytest.mark.parametrize("column", ["stream", "command", "action"])
def test_each_stream_command_and_action_has_a_row(column):
    has = {"stream": site.streams, "command": site.commands, "action": site.actions}
    assert {row.of(column) for row in rows(column)} == has[column]()


def test_no_row_is_repeated():
    names = [row.name for table in TABLES.values() for row in table]
    assert len(names) == len(set(names))
