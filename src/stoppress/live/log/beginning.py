"""The start position of a stream that has no head row (never written to, or deleted)."""

from django.db import connections

from stoppress.live.models import Installation
from stoppress.live.protocol.cursor import Cursor, first_link


def installation(using: str) -> Installation:
    """Return the row of this installation; it is created at first use."""
    row, _ = Installation.objects.using(using).get_or_create(pk=1)
    return row


def held_installation(using: str) -> Installation:
    """Return the installation's row, locked so that no head is removed until the transaction ends.

    A new stream's start position comes from this row, and must not be below a head that is removed
    meanwhile. Other writers may hold the row at the same time.
    """
    row = installation(using)
    if connections[using].vendor != "postgresql":
        return row  # SQLite has one writer
    table = connections[using].ops.quote_name(Installation._meta.db_table)
    # Django offers only FOR NO KEY UPDATE, which one transaction at a time can hold.
    sql = f"SELECT * FROM {table} WHERE id = %s FOR KEY SHARE"
    [row] = Installation.objects.using(using).raw(sql, [row.pk])
    return row


def first_cursor(stream: str, row: Installation) -> Cursor:
    """Return the cursor of a stream without a head, from the installation's row."""
    return Cursor(row.first, first_link(bytes(row.uid), stream))
