"""The entries of the audit, oldest first."""

from collections.abc import Iterator
from contextlib import contextmanager

from stoppress.newsroom.models import AuditEntry


def told(since: int = 0) -> list[str]:
    """Return the entries as `command: user_made ann (detail)`, after the entry with this key."""
    entries = AuditEntry.objects.filter(pk__gt=since).order_by("pk")
    return [
        f"{entry.actor or entry.actor_kind}: {entry.act} {entry.object_name}".strip()
        + (f" ({entry.detail})" if entry.detail else "")
        for entry in entries
    ]


@contextmanager
def new_entries() -> Iterator[list[str]]:
    """Fill a list with the entries that are written inside, when it ends."""
    last = AuditEntry.objects.order_by("pk").last()
    found: list[str] = []
    yield found
    found += told(last.pk if last else 0)
