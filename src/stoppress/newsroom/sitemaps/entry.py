"""An entry of a sitemap."""

from datetime import datetime
from typing import NamedTuple


class News(NamedTuple):
    """The facts of an article for Google News.

    Attributes:
        language: in the form of `news_language`.
    """

    title: str
    language: str
    published: datetime


class Entry(NamedTuple):
    """An address in a sitemap, with its facts.

    Attributes:
        url: absolute.
        changed: the time of the latest change that readers saw.
        pictures: absolute addresses.
    """

    url: str
    changed: datetime | None = None
    pictures: tuple[str, ...] = ()
    news: News | None = None


def news_language(tag: str) -> str:
    """Return a language as Google News names it: by ISO 639, and Chinese by its script.

    Args:
        tag: a BCP 47 tag.
    """
    parts = tag.lower().split("-")
    if parts[0] != "zh":
        return parts[0]
    return "zh-tw" if {"hant", "tw", "hk", "mo"} & set(parts) else "zh-cn"
