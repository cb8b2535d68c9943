"""Parse the dates of feeds, exactly or not at all; see the table in `docs/ingest.md`. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta

# Longer texts are not dates.
LONGEST = 100
# Other years come from another calendar or a broken clock.
YEARS = range(1900, 2200)
LONG_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
MONTHS = {name[:size]: n for n, name in enumerate(LONG_MONTHS, 1) for size in (3, len(name))}
MONTHS["sept"] = 9
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = {day[:size] for day in DAYS for size in range(3, len(day) + 1)}
# Zone names with one meaning in news, in minutes from UTC; the American ones as in RFC 822, section
# 5.1. IST, AST, ADT, NST and others have several meanings, and RFC 822 defined the military letters
# wrongly, so these are left out.
ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **{"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360},
    **{"pst": -480, "pdt": -420, "akst": -540, "akdt": -480, "hst": -600, "brt": -180},
    **{"bst": 60, "west": 60, "cet": 60, "met": 60, "mez": 60, "cest": 120, "mest": 120},
    **{"mesz": 120, "eet": 120, "eest": 180, "msk": 180, "sast": 120, "wat": 60, "eat": 180},
    **{"pkt": 300, "npt": 345, "wib": 420, "wita": 480, "hkt": 480, "sgt": 480, "awst": 480},
    **{"jst": 540, "kst": 540, "acst": 570, "acdt": 630, "aest": 600, "aedt": 660},
    **{"nzst": 720, "nzdt": 780},
}
FURTHEST = 14 * 60

TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,12}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?"
)
REST = rf"(?:[T ]{TIME})?(?P<zone>.*)"
NAMED_MONTH = r"(?P<name>[a-z]{3,9})\.?"
FORMS = [
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        # RFC 822 and 2822: Mon, 05 Jan 2026 10:00:00 +0100
        rf"(?P<day>\d{{1,2}})(?P<by>[ -]){NAMED_MONTH}(?P=by)(?P<year>\d{{4}}|\d\d)(?!\d)"
        rf"{REST}",
        # January 5, 2026 10:00 and, by JavaScript, Mon Jan 05 2026 10:00:00 GMT+0100
        rf"{NAMED_MONTH} (?P<day>\d{{1,2}}) (?P<year>\d{{4}})(?!\d){REST}",
        # asctime and date: Mon Jan  5 10:00:00 2026, with a zone before the year or without
        rf"{NAMED_MONTH} (?P<day>\d{{1,2}}) {TIME}(?P<zone> [a-z]{{1,5}})? "
        r"(?P<year>\d{4})",
        # ISO 8601 and RFC 3339: 2026-01-05T10:00:00Z, also with / or . between the numbers
        rf"(?P<year>\d{{4}})(?P<by>[-/.])(?P<month>\d{{1,2}})(?P=by)(?P<day>\d{{1,2}})(?!\d)"
        rf"{REST}",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
        r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,12}))?)?)?"
        r"(?!\d)(?P<zone>.*)",
        rf"(?P<year>\d{{4}})-?W(?P<week>\d\d)-?(?P<day>[1-7])(?!\d){REST}",
        rf"(?P<year>\d{{4}})-(?P<day>\d{{3}})(?!\d){REST}",
    )
]
OFFSET = re.compile(
    # Minutes without a colon need hours of two digits: +130 may be 1:30 or 13:0.
    r"(?:gmt|utc?)? ?(?P<sign>[+-])(?P<hours>\d{1,2})"
    r"(?:(?::|(?<=\d\d))(?P<minutes>\d\d))?(?: (?P<name>[a-z]{2,5}))?",
    re.ASCII | re.IGNORECASE,
)
SHORT_OFFSET = re.compile(r".*[+-]\d{1,2}")
# An ambiguous zone name such as IST or AST is fine after an offset.
UNSURE = re.compile(r"[a-z]{2,4}t", re.ASCII | re.IGNORECASE)
ZONE = re.compile(r"([^()]*)(?:\(([^()]*)\))?")
OF_TIME = re.compile(r"\d|\b[ap]\.?m\b", re.IGNORECASE)
# A word in another language counts as a weekday only before a comma; it might be `until`.
FIRST_WORD = re.compile(r"([^\W\d_]{2,15})\.?(?:( ?,) ?| )")
COMMA = re.compile(r",(?!\d)|(?<=[^\W\d]),")


def read_date(text: str) -> datetime | None:
    """Return the moment of a date, in UTC with microseconds; None if the date is ambiguous.

    Args:
        text: a date. Without a zone it is in UTC; without a time it is that day's midnight.
    """
    if len(text) > LONGEST:
        return None
    line = _without_weekday(" ".join(text.split()))
    line = " ".join(COMMA.sub(" ", line).split()).replace("\u2212", "-")
    for form in FORMS:
        if found := form.fullmatch(line):
            try:
                return _moment(found.groupdict())
            except (ValueError, OverflowError):
                return None
    return None


def _without_weekday(line: str) -> str:
    first = FIRST_WORD.match(line)
    word = first[1].lower() if first else ""
    foreign = first and first[2] and word not in MONTHS and word not in ("am", "pm")
    return line[first.end() :] if first and (word in WEEKDAYS or foreign) else line


def _moment(parts: dict[str, str | None]) -> datetime | None:
    day = _day(parts)
    zone = parts.get("zone") or ""
    if not parts.get("hour") and SHORT_OFFSET.fullmatch(zone):
        return None  # after a date without a time, -05 may be anything
    offset = _offset(zone)
    seconds = _seconds(parts)
    if day is None or day.year not in YEARS or offset is None or seconds is None:
        return None
    midnight = datetime.combine(day, time(), UTC)
    fraction = int((parts.get("fraction") or "")[:6].ljust(6, "0"))
    return midnight + timedelta(seconds=seconds - 60 * offset, microseconds=fraction)


def _day(parts: dict[str, str | None]) -> date | None:
    """Return the day; a year of two digits is in 1950 to 2049 (RFC 2822, section 4.3)."""
    year, day = int(parts["year"] or 0), int(parts["day"] or 0)
    if week := parts.get("week"):
        return date.fromisocalendar(year, int(week), day)
    if name := parts.get("name"):
        if name.lower() not in MONTHS:
            return None
        if len(parts["year"] or "") == 2:
            year += 2000 if year < 50 else 1900
        return date(year, MONTHS[name.lower()], day)
    if month := parts.get("month"):
        return date(year, int(month), day)
    ordinal = date(year, 1, 1) + timedelta(days=day - 1)
    return ordinal if ordinal.year == year else None


def _seconds(parts: dict[str, str | None]) -> int | None:
    """Return the seconds since midnight; 24:00 is the next day, and :60 the next minute."""
    hour, minute, second = (int(parts.get(unit) or 0) for unit in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower()
    if half == "a":
        if hour > 12:
            return None
        hour %= 12
    elif half == "p":
        if hour == 0:
            return None
        hour += 12 if hour < 12 else 0
    whole = 3600 * hour + 60 * minute + second
    if minute > 59 or second > 60 or whole > 24 * 3600:
        return None
    return whole


def _offset(zone: str) -> int | None:
    """Return a zone's offset from UTC in minutes; None if its comment contradicts it."""
    found = ZONE.fullmatch(zone.strip())
    if not found:
        return None
    words, comment = found[1].strip(), found[2]
    if comment is None:
        return _named_offset(words) if words else 0
    explained = _named_offset(comment.strip())
    if not words:
        return explained
    offset = _named_offset(words)
    if explained is None:
        return None if OF_TIME.search(comment) else offset
    return offset if offset == explained else None


def _named_offset(words: str) -> int | None:
    if words.lower() in ZONES:
        return ZONES[words.lower()]
    found = OFFSET.fullmatch(words)
    if not found:
        return None
    sign, hours, minutes = found["sign"], found["hours"], found["minutes"] or "00"
    distance = 60 * int(hours) + int(minutes)
    if distance > FURTHEST or int(minutes) > 59:
        return None
    offset = -distance if sign == "-" else distance
    name = (found["name"] or "").lower()
    if name in ZONES:
        return offset if ZONES[name] == offset else None
    return offset if not name or UNSURE.fullmatch(name) else None
