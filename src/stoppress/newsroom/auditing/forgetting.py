"""Delete the old entries of the audit."""

from datetime import datetime, timedelta

from django.conf import settings

from stoppress.newsroom.models import AuditEntry

# Rows deleted at once: few, so that no publisher waits for long.
BATCH = 500
DAYS, MOST_DAYS = 730, 36_500


def forget_old_entries(now: datetime) -> bool:
    """Delete a batch of entries older than `STOPPRESS_AUDIT_DAYS`; return whether more may remain.

    Args:
        now: the database's time.
    """
    days = int(getattr(settings, "STOPPRESS_AUDIT_DAYS", DAYS))
    if not days:
        return False
    before = now - timedelta(days=min(days, MOST_DAYS))
    return AuditEntry.objects.forget(before, BATCH) == BATCH
