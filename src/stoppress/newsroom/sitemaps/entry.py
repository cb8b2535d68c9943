"""An entry of a sitemap."""

from datetime import datetime
from typing import NamedTuple


class News(NamedTuple):
    """What Google News is told of an article.

    Attributes:
        language: as `news_language` has it.
    """

    title: str
    language: str
    published: datetime


class Entry(NamedTuple):
    """An address with what is known of it.

    Attributes:
        url: absolute.
        changed: when readers saw its latest change.
        pictures: absolute addresses.
    """

    url: str
    changed: datetime | None = None
    pictures: tuple[str, ...] = ()
    news: News | None = None


def news_language(tag: str) -> str:
    """Return a language as Google News names it: ISO 639, and Chinese by its script.

    Args:
        tag: BCP 47.
    """
    parts = tag.lower().split("-")
    if parts[0] != "zh":
        return parts[0]
    return "zh-tw" if {"hant", "tw", "hk", "mo"} & set(parts) else "zh-cn"
