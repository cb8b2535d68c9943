"""Where a stream without a head begins: one that was never written to, or is no more."""

from stoppress.live.models import Installation
from stoppress.live.protocol.cursor import Cursor, first_link


def installation(using: str) -> Installation:
    """Return the row of this installation; it is created at first use."""
    row, _ = Installation.objects.using(using).get_or_create(pk=1)
    return row


def first_cursor(stream: str, row: Installation) -> Cursor:
    """Return the cursor of a stream without a head, by the installation's row."""
    return Cursor(row.first, first_link(bytes(row.uid), stream))
