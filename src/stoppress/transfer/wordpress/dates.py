"""The times in an export."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

EARLIEST = datetime(1000, 1, 1, tzinfo=UTC)  # earlier dates are mistakes


def utc(text: str) -> datetime | None:
    """Return the time in WordPress's form `2024-06-05 16:04:48`; None for `0000-00-00 …`."""
    try:
        return _sane(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC))
    except ValueError:
        return None


def of_header(text: str) -> datetime | None:
    """Return the time in the form `Wed, 05 Jun 2024 16:04:48 +0000`; None if it is invalid."""
    try:
        return _sane(parsedate_to_datetime(text).astimezone(UTC))
    except (ValueError, TypeError, OverflowError):
        return None


def _sane(date: datetime) -> datetime | None:
    return date if date >= EARLIEST else None
