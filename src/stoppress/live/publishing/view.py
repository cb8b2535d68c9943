"""Views for streams of plain items."""

from collections.abc import Mapping
from typing import Any

from stoppress.live.rendering.locale import Locale
from stoppress.live.rendering.render import render

from .registry import find_registered


def view(template_name: str, context: Mapping[str, Any], *, stream: str | None = None) -> list[Any]:
    """Render a template to a tree, for an item's `view`.

        live.publish("scores", "goal.scored", {
            "key": "match:1", "order": "1", "view": live.view("_match.html", {"match": match}),
        })

    The stream's snapshot function must make the view in the same way. The template has no request,
    since all readers get the same view.

    Args:
        template_name: of a template that renders one element.
        stream: the stream whose language and time zone count; without it, the site's.

    Returns:
        A tree in JsonML: `["p", {"class": "score"}, "1 : 0"]`.

    Raises:
        InvalidView: the template does not render exactly one element, has content that a view may
            not have, or prints data of one reader.
        UnknownStream.
    """
    locale = find_registered(stream).locale if stream else Locale.of_the_site()
    return render(template_name, context, locale)
