"""The formats of feeds, each with its address, its content type and its writer."""

from collections.abc import Callable
from typing import NamedTuple

from django.urls.converters import StringConverter

from .atom import Atom
from .feed import Feed
from .json_feed import json_feed
from .rss import Rss


class Format(NamedTuple):
    """A format; `name` is the last part of its feeds' addresses."""

    name: str
    content_type: str
    write: Callable[[Feed], str]


FORMATS = {
    each.name: each
    for each in (
        Format("rss.xml", Rss.content_type, lambda feed: Rss(feed).writeString("utf-8")),
        Format("atom.xml", Atom.content_type, lambda feed: Atom(feed).writeString("utf-8")),
        Format("feed.json", "application/feed+json", json_feed),
    )
}

# Usual addresses where programs look for a feed, and the format that they lead to.
USUAL = {
    "feeds/": "rss.xml",
    "feeds": "rss.xml",
    "feed/": "rss.xml",
    "feed": "rss.xml",
    "rss/": "rss.xml",
    "rss": "rss.xml",
    "rss.xml": "rss.xml",
    "feed.xml": "rss.xml",
    "index.xml": "rss.xml",
    "atom.xml": "atom.xml",
    "feed.json": "feed.json",
}


class FeedFormat(StringConverter):
    """The last part of a feed's address."""

    regex = "|".join(each.replace(".", r"\.") for each in FORMATS)


class UsualAddress(StringConverter):
    """The last part of a usual address, which leads to a feed."""

    regex = "|".join(each.replace(".", r"\.") for each in USUAL)
