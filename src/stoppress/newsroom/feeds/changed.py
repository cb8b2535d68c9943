"""Find the feeds that were changed by the events of some articles and posts."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.urls import reverse

from stoppress.live.database import log_database
from stoppress.live.models import LoggedEvent
from stoppress.newsroom.models import Article

from .formats import FORMATS

# Events of one transaction may have times that differ by a moment.
MARGIN = timedelta(seconds=5)
# For each kind of stream: the name of its feed's route, and of the route's parameter.
_ROUTES = {
    "section": ("section_feed", "slug"),
    "topic": ("topic_feed", "slug"),
    "author": ("author_feed", "slug"),
    "posts": ("live_story_feed", "pk"),
    "story": ("live_story_feed", "pk"),
}


def changed_feeds(since: datetime, keys: Collection[str] | None = None) -> set[str]:
    """Return the paths of the feeds that have changed since a time, in every format.

    The log shows the streams with events, and so the feeds. If an article has left a section, the
    section's feed is among them.

    Args:
        keys: the keys of the articles and posts to look for; all by default.
    """
    events = LoggedEvent.objects.using(log_database()).filter(time__gte=since - MARGIN)
    if keys is not None:
        events = events.filter(key__in=keys)
    streams = events.order_by().values_list("stream", flat=True).distinct()
    routes = [route for each in streams if (route := _route(each))]
    stories = {place["pk"] for name, place in routes if name == "live_story_feed"}
    live = Article.objects.filter(pk__in=stories, kind=Article.Kind.LIVE)
    exists = {str(pk) for pk in live.values_list("pk", flat=True)}
    return {
        reverse(f"newsroom:{name}", kwargs={**place, "format": format})
        for name, place in routes
        if "pk" not in place or place["pk"] in exists
        for format in FORMATS
    }


def _route(stream: str) -> tuple[str, dict[str, str]] | None:
    """Return the name and the parameters of the route of the feed that shows a stream."""
    if stream == "news":
        return "feed", {}
    kind, _, place = stream.partition(":")
    if kind not in _ROUTES:
        return None
    name, parameter = _ROUTES[kind]
    return name, {parameter: place}
