"""Checks that the items of a feed are where the browser client looks for them on a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.exceptions import TemplateSyntaxError
from turbohtml import Element, parse_fragment

_BLOCK = (
    '{% live_feed "scores" %}<table><tbody data-items>{{ items }}</tbody></table>{% endlive_feed %}'
)


def check_items(items: Sequence[Mapping[str, Any]], shown: bool, html: str) -> None:
    """Check that the client will find the items of a feed.

    Args:
        items: the items that have a view.
        shown: the template has printed them.
        html: the whole feed.

    Raises:
        TemplateSyntaxError: it will not; the message says what to change.
    """
    if not shown:
        raise TemplateSyntaxError(f"The block of live_feed prints no {{{{ items }}}}: {_BLOCK}")
    feed = parse_fragment(html).select_one("live-feed")
    holder = feed and (feed.select_one("[data-items]") or feed)
    stand = (
        sum(each.closest("live-feed") is feed for each in feed.select("[data-key]")) if feed else 0
    )
    if stand < len(items):
        root = items[0]["view"][0]
        raise TemplateSyntaxError(
            f"A browser drops <{root}> where the feed's items stand. A part of a table needs the "
            f"table around it: {_BLOCK}"
        )
    held = [each for each in holder or () if isinstance(each, Element) and each.attr("data-key")]
    if not len(held) == stand == len(items):
        raise TemplateSyntaxError(
            "The feed's items must stand once, and right inside the element that is marked with "
            f"data-items; in a table that is its <tbody>: {_BLOCK}"
        )
