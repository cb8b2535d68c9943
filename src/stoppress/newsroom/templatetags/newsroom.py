"""Template filters for an item's times, text and addresses."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from stoppress.newsroom.body import body
from stoppress.newsroom.body.address import safe_address
from stoppress.newsroom.disclosure import disclosed

register = template.Library()


@register.filter
def utc(moment: str | datetime | None) -> str:
    """Return a time (ISO 8601) in words: absolute and in UTC, because all readers get one page."""
    return _in_words(moment, get_language()) if moment else ""


# A time stands in several streams, and again in each version of its item.
@lru_cache(maxsize=1024)
def _in_words(moment: str | datetime, language: str | None) -> str:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return f"{date_format(moment.astimezone(UTC), 'j M Y, H:i')} UTC"


@register.filter
def blocks(tree: Sequence[object] | None) -> SafeString:
    """Return a body's tree as HTML."""
    return body.html(tree) if tree else SafeString("")


@register.filter
def disclosure(item: Mapping[str, Any]) -> str:
    """Return what readers are told of how an item's text was made; empty if a person wrote it."""
    return disclosed(item["source_type"], reviewed=item["reviewed"])


@register.filter
def address(link: str | None) -> str:
    """Return an http, https or relative address; empty for any other."""
    return (link and safe_address(link)) or ""
