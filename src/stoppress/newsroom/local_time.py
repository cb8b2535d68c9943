"""The moments that a time on an editor's clock means: one or two. Pure functions."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo


def meanings(local: datetime, zone: tzinfo) -> list[datetime]:
    """Return the moments that a local time may mean, each with a fixed offset from UTC.

    Almost every time means one moment. Two are returned for a time that comes twice, because the
    clock is put back, and for a time that does not exist, because the clock is put forward: it is
    read with the offset before the change and with the offset after it (PEP 495). The earlier
    moment comes first.

    Args:
        local: without a zone.

    Raises:
        OverflowError: the moment is outside the years 1 to 9999 in UTC.
    """
    offsets = {local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1)}
    moments = [local.replace(tzinfo=timezone(offset), fold=0) for offset in offsets]
    return sorted(moments, key=lambda moment: moment.astimezone(UTC))


def exists(local: datetime, zone: tzinfo) -> bool:
    """Return whether a clock in the zone ever shows a local time."""
    return any(shown(moment, zone) == local for moment in meanings(local, zone))


def shown(moment: datetime, zone: tzinfo) -> datetime:
    """Return the local time that a clock in the zone shows at a moment, without a zone."""
    return in_zone(moment, zone).replace(tzinfo=None, fold=0)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment in a zone; in UTC if it is before year 1 or after 9999 there."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.astimezone(UTC)
