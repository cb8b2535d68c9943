"""Times in words, in the active language and the active time zone."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext, pgettext_lazy

from .local_time import in_zone

# Abbreviations of time zones that have another name in another language.
_NAMES = {
    "CET": pgettext_lazy("time zone", "CET"),
    "CEST": pgettext_lazy("time zone", "CEST"),
    "EET": pgettext_lazy("time zone", "EET"),
    "EEST": pgettext_lazy("time zone", "EEST"),
    "WET": pgettext_lazy("time zone", "WET"),
    "WEST": pgettext_lazy("time zone", "WEST"),
}


def in_words(moment: datetime | str) -> str:
    """Return a time with its zone: `22 Nov 2026, 09:10 UTC`.

    Args:
        moment: aware, or in ISO 8601 with an offset.
    """
    return _in_words(_key(moment), get_language(), timezone.get_current_timezone_name(), False)


def in_full_words(moment: datetime | str) -> str:
    """Return a time with the month's whole name: `22 November 2026, 09:10 UTC`."""
    return _in_words(_key(moment), get_language(), timezone.get_current_timezone_name(), True)


def in_a_list(moment: datetime) -> str:
    """Return a time in few letters and without its zone: `22 Nov 2026, 09:10`."""
    here = in_zone(moment, timezone.get_current_timezone())
    # Translators: a date and a time for a narrow column, in the letters of Django's `date` filter.
    return date_format(here, pgettext("short date and time", "j M Y, H:i"))


def time_of_day(moment: datetime | str) -> str:
    """Return the time of the day with its zone: `09:10 UTC`."""
    here = _here(moment)
    # Translators: a time of the day, in the letters of Django's `date` filter.
    manner = pgettext("time of day", "H:i")
    return f"{date_format(here, manner)} {zone_name(here)}"


def day(moment: datetime | str) -> str:
    """Return a time's day: `22 Nov 2026`."""
    # Translators: a day for a narrow column, in the letters of Django's `date` filter.
    return date_format(_here(moment), pgettext("short date", "j M Y"))


def full_day(moment: datetime | str) -> str:
    """Return a time's day in full: `Sunday, 22 November 2026`."""
    return date_format(_here(moment), pgettext("date", "l, j F Y"))


def iso_day(moment: datetime | str) -> str:
    """Return a time's day for a `datetime` attribute: `2026-11-22`."""
    return _here(moment).date().isoformat()


def _here(moment: datetime | str) -> datetime:
    """Return a moment in the active time zone."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return in_zone(moment, timezone.get_current_timezone())


def _key(moment: datetime | str) -> datetime | str:
    """Return a moment in UTC: in a zone, both times of a repeated hour are equal (PEP 495)."""
    return moment if isinstance(moment, str) else moment.astimezone(UTC)


# A time is in several streams, and again in each version of its item.
@lru_cache(maxsize=1024)
def _in_words(moment: datetime | str, language: str | None, zone: str, full: bool) -> str:
    here = _here(moment)
    # Translators: a date and a time, in the letters of Django's `date` filter.
    manner = pgettext("date and time", "j F Y, H:i")
    short = pgettext("date and time", "j M Y, H:i")
    return f"{date_format(here, manner if full else short)} {zone_name(here)}"


def zone_name(moment: datetime) -> str:
    """Return the name of a time zone at a moment: `CET`, or `UTC+5:45` if it has none."""
    name = moment.tzname() or ""
    return str(_NAMES.get(name, name)) if name.isalpha() else offset_name(moment)


def offset_name(moment: datetime) -> str:
    """Return a moment's distance from UTC: `UTC+2`, `UTC−3:30`; `UTC` for none."""
    offset = moment.utcoffset() or timedelta()
    minutes = round(abs(offset).total_seconds()) // 60
    if not minutes:
        return "UTC"
    sign = "+" if offset > timedelta() else "−"
    return f"UTC{sign}{minutes // 60}{f':{minutes % 60:02}' if minutes % 60 else ''}"
