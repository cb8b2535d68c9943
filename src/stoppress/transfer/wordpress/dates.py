"""The times in an export."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def utc(text: str) -> datetime | None:
    """Return the time that WordPress writes as `2024-06-05 16:04:48`; None for its zeros."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def of_header(text: str) -> datetime | None:
    """Return the time of `Wed, 05 Jun 2024 16:04:48 +0000`; None for what is none."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
