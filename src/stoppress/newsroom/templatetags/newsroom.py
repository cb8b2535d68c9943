"""Template filters for an item's times, text and addresses."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from stoppress.live.protocol.frames import wire_time
from stoppress.newsroom.body import body
from stoppress.newsroom.body.address import safe_address
from stoppress.newsroom.bylines import byline_parts
from stoppress.newsroom.direction import is_right_to_left
from stoppress.newsroom.disclosure import disclosed
from stoppress.newsroom.pictures.item import COLUMN, LEAD, THUMB, source_set_of
from stoppress.newsroom.times import day, full_day, in_words, iso_day, time_of_day
from stoppress.newsroom.titles import titled

register = template.Library()
register.filter(titled)
register.filter(time_of_day)
register.filter(day)
register.filter(full_day)
register.filter(iso_day)

# A thumb is at most 10rem wide, on screens of up to four pixels a point.
THUMB_WIDEST = 640

# Two times that differ by no more than this are shown as one.
AT_ONCE = timedelta(minutes=1)


@register.filter
def when(moment: str | datetime | None) -> str:
    """Return a time (ISO 8601) in words: absolute and in the site's zone.

    All readers get one page.
    """
    return in_words(moment) if moment else ""


@register.filter
def utc(moment: datetime | None) -> str:
    """Return a time for the attribute `datetime` of `<time>`: ISO 8601, in UTC."""
    return wire_time(moment) if moment else ""


@register.filter
def apart(moment: str | None, other: str | None) -> bool:
    """Return whether two times (ISO 8601) differ by more than a minute."""
    if not (moment and other):
        return False
    return abs(datetime.fromisoformat(moment) - datetime.fromisoformat(other)) > AT_ONCE


@register.filter
def blocks(tree: Sequence[object] | None) -> SafeString:
    """Return a body's tree as HTML."""
    return body.html(tree) if tree else SafeString("")


@register.filter
def disclosure(item: Mapping[str, Any]) -> str:
    """Return the note for readers about how a text was made; empty if a person wrote it."""
    return disclosed(item["source_type"], reviewed=item["reviewed"])


@register.filter
def address(link: str | None) -> str:
    """Return an http, https or relative address; empty for any other."""
    return (link and safe_address(link)) or ""


@register.filter
def leads(item: Mapping[str, Any]) -> bool:
    """Return whether an item is above the items that are sorted by time."""
    return (item["order"] or "0")[0] != "0"


@register.filter
def by_day(items: Any, today: date) -> SafeString:
    """Write a feed's items, and mark those whose day the list has to show.

    Among the items sorted by time, these are the first of each day before today (`data-opens-day`);
    above them, each item that is not from today (`data-dated`). On an open page `days.js` keeps the
    marks.
    """
    marks = {}
    before = now = today.isoformat()
    for item in items.views:
        day = iso_day(item["first_published"])
        if leads(item):
            marks[item["key"]] = {"data_dated": "yes"} if day != now else {}
        else:
            marks[item["key"]] = {"data_opens_day": "yes"} if day != before else {}
            before = day
    return SafeString(items.marked(marks))


@register.simple_tag
def byline(item: Mapping[str, Any]) -> SafeString:
    """Write a story's byline, with a link on each author's name in it."""
    parts = byline_parts(item["byline"], item["authors"])
    linked = (
        format_html('<a rel="author" href="{}">{}</a>', each.url, each.text)
        if each.url
        else each.text
        for each in parts
    )
    return format_html_join("", "{}", ((each,) for each in linked))


@register.simple_tag
def picture(
    item: Mapping[str, Any],
    alt: str | None = None,
    *,
    thumb: bool = False,
    lead: bool = False,
    first: bool = False,
) -> SafeString:
    """Write a picture (`item.image`), as `<picture>` with its sizes, files and focus.

    Args:
        alt: in place of the picture's own alternative text. Empty next to a headline with the same
            link, or it would be read twice (WCAG 2.2, technique H2).
        thumb: whether it is small, as in a list.
        lead: whether it is the first of a list, and larger.
        first: whether it is the page's first picture, which browsers load at once.
    """
    left, top = item["focus"]
    context = {
        "picture": item,
        "alt": item["alt"] if alt is None else alt,
        "sizes": THUMB if thumb else LEAD if lead else COLUMN,
        "source_set": source_set_of(item, THUMB_WIDEST if thumb else None),
        # The style sheet has a rule for each tenth: a strict policy allows no style of its own.
        "left": _tenth(left),
        "top": _tenth(top),
        "first": first or lead,
    }
    return render_to_string("newsroom/_picture.html", context)


def _tenth(percent: int) -> int:
    return (percent + 5) // 10


@register.simple_tag
def words_direction() -> str:
    """Return the direction of the page's own words, which may be within texts of another one."""
    return "rtl" if is_right_to_left(get_language() or "") else "ltr"


@register.simple_tag
def zone() -> str:
    """Return the name of the active time zone: `Europe/Berlin`."""
    return timezone.get_current_timezone_name()
