"""Checks of the time fields of an article."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from .errors import InvalidField

# Times are stored in UTC.
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
DAY = timedelta(days=1)


def moment(name: str, value: object) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or timezone.is_naive(value):
        raise InvalidField(name, _("must be a time with its zone."))
    if not EARLIEST <= value <= LATEST:
        raise out_of_years(name)
    return value


def moment_of_event(name: str, value: object) -> datetime | None:
    """Check the time of a post, and truncate it to the millisecond that posts are sorted by.

    It must also be a valid date in the site's time zone, in which pages show it.
    """
    checked = moment(name, value)
    if checked is not None and not EARLIEST + DAY <= checked <= LATEST - DAY:
        raise out_of_years(name)
    return checked and to_the_millisecond(checked)


def out_of_years(name: str) -> InvalidField:
    return InvalidField(name, _("must be between the years 1 and 9999, in every time zone."))


def to_the_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
