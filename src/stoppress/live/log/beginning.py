"""Where a stream without a head begins: one that was never written to, or is no more."""

from django.db import connections

from stoppress.live.models import Installation
from stoppress.live.protocol.cursor import Cursor, first_link


def installation(using: str) -> Installation:
    """Return the row of this installation; it is created at first use."""
    row, _ = Installation.objects.using(using).get_or_create(pk=1)
    return row


def held_installation(using: str) -> Installation:
    """Return the row, and have no head removed before the transaction ends.

    A stream that begins by the row is then not behind a head that was removed meanwhile. Other
    writers may hold the row at the same time.
    """
    row = installation(using)
    if connections[using].vendor != "postgresql":
        return row  # SQLite has one writer
    table = connections[using].ops.quote_name(Installation._meta.db_table)
    # What Django can say, FOR NO KEY UPDATE, only one transaction at a time can have.
    sql = f"SELECT * FROM {table} WHERE id = %s FOR KEY SHARE"
    [row] = Installation.objects.using(using).raw(sql, [row.pk])
    return row


def first_cursor(stream: str, row: Installation) -> Cursor:
    """Return the cursor of a stream without a head, by the installation's row."""
    return Cursor(row.first, first_link(bytes(row.uid), stream))
