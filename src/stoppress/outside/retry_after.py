"""How long a server asks to be left alone: the header `Retry-After` (RFC 9110, section 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_asked(retry_after: str, now: datetime) -> float | None:
    """Return the seconds until a server wants to be asked again; below 0 if that time is past.

    Args:
        retry_after: the header, in seconds or as a date.

    Returns:
        None if the header is empty or is neither.
    """
    words = retry_after.strip()
    if words.isascii() and words.isdigit():
        return float(words[:12])
    time = read_http_date(words)
    return None if time is None else (time - now).total_seconds()


def read_http_date(words: str) -> datetime | None:
    """Return a date of a header, in UTC unless it says otherwise; None if it is none."""
    try:
        time = parsedate_to_datetime(words)
    except (ValueError, OverflowError):  # a year may have any number of digits
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
