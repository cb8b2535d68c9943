"""A live object as the items of its streams, each with the view that its template makes."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from stoppress.live import conf
from stoppress.live.database import log_database
from stoppress.live.errors import InvalidItem, InvalidView
from stoppress.live.log.history import read_last_item
from stoppress.live.metrics import RENDER_ERRORS
from stoppress.live.rendering.locale import Locale
from stoppress.live.rendering.render import render
from stoppress.live.rendering.tree import View, check_view

from .registry import NamedStream, find_registered

logger = logging.getLogger("stoppress.live")


def items_by_stream(live_object: Any, streams: Iterable[str]) -> dict[str, dict[str, object]]:
    """Return an object's item in each stream; streams that show the same share one item.

    Raises:
        InvalidItem, InvalidView, UnknownStream.
    """
    made: dict[tuple[str | None, Locale], dict[str, object]] = {}
    items = {}
    for name in streams:
        named = find_registered(name)
        manner = template_in(live_object, named), named.locale
        if manner not in made:
            made[manner] = item_in(live_object, named)
        items[name] = made[manner]
    return items


def item_in(live_object: Any, named: NamedStream) -> dict[str, object]:
    """Return an object's item in a stream.

    Raises:
        InvalidItem, InvalidView.
    """
    template_name = template_in(live_object, named)
    with named.locale.active():
        item: dict[str, object] = live_object.wire_item()
        if template_name is None:
            return item
        if "view" in item:
            raise InvalidItem(
                f"live_item() of {live_object._meta.label} has a view, and live_template makes one."
            )
        try:
            view: View | None = render(template_name, _context(live_object), named.locale)
        except InvalidView:
            raise
        except Exception:  # whatever a site's template raises
            if conf.text("RENDER_ERRORS") != "log":
                raise
            RENDER_ERRORS.inc()
            logger.exception("%r keeps the view that was published last", live_object)
            view = _last_view(named.name, str(item["key"]))
        return item if view is None else item | {"view": view}


def _context(live_object: Any) -> dict[str, object]:
    name = live_object.live_context_name or live_object._meta.model_name
    return {name: live_object, "object": live_object, **live_object.live_context()}


def _last_view(stream: str, key: str) -> View | None:
    item = read_last_item(stream, key, log_database())
    view = json.loads(item).get("view") if item else None
    return View(view) if view else None


def template_in(live_object: Any, named: NamedStream) -> str | None:
    """Return the name of the template that renders an object's items in a stream."""
    template: str | Mapping[str, str] | None = live_object.live_template
    return template.get(named.stream.pattern) if isinstance(template, Mapping) else template


def with_checked_view(item: Mapping[str, object]) -> Mapping[str, object]:
    """Return a site's own item, whose view is valid.

    Raises:
        InvalidView.
    """
    if item.get("view") is not None:
        check_view(item["view"])
    return item
