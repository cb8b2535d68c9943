"""The freshness lifetime of an HTTP response (RFC 9111, section 4.2). Pure."""

import re
from collections.abc import Mapping
from datetime import datetime

from stoppress.outside.retry_after import read_http_date

MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,12})', re.IGNORECASE | re.ASCII)
NOT_FRESH = re.compile(r"(?:^|[,\s])no-(?:store|cache)\b", re.IGNORECASE)


def freshness(headers: Mapping[str, str], now: datetime) -> float:
    """Return the seconds for which a response stays fresh; 0 if its headers do not say.

    Args:
        headers: those of the response, with names in lower case.
        now: the time of the response, used if it has no `Date`.
    """
    control = headers.get("cache-control", "")
    if NOT_FRESH.search(control):
        return 0.0
    if found := MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        spent = float(age[:12]) if age.isascii() and age.isdigit() else 0.0
        return max(0.0, float(found[1]) - spent)
    expires = read_http_date(headers.get("expires", ""))
    if expires is None:
        return 0.0
    began = read_http_date(headers.get("date", "")) or now
    return max(0.0, (expires - began).total_seconds())
