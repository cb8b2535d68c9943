"""The items of a live object, one for each stream, with the view that its template renders."""

import json
import logging
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from typing import Any

from django.db import DatabaseError, transaction

from stoppress.live import conf
from stoppress.live.database import log_database
from stoppress.live.errors import InvalidItem, InvalidView
from stoppress.live.log.history import read_last_item
from stoppress.live.log.reading import is_refused_write
from stoppress.live.metrics import RENDER_ERRORS
from stoppress.live.protocol.items import encode_item
from stoppress.live.rendering.locale import Locale
from stoppress.live.rendering.render import render
from stoppress.live.rendering.tree import View, check_view

from .registry import NamedStream, find_registered

logger = logging.getLogger("stoppress.live")


Item = Mapping[str, object]


def items_by_stream(live_object: Any, streams: Iterable[str]) -> dict[str, tuple[Item, str]]:
    """Return an object's item in each stream, with its JSON; equal items are made only once.

    Raises:
        InvalidItem, InvalidView, UnknownStream.
    """
    made: dict[tuple[str | None, Locale], tuple[Item, str]] = {}
    items = {}
    for name in streams:
        named = find_registered(name)
        manner = template_in(live_object, named), named.locale
        if manner not in made:
            made[manner] = encoded_item(live_object, named)
        items[name] = made[manner]
    return items


def encoded_item(shown: Any, named: NamedStream) -> tuple[Item, str]:
    """Return an item of a stream, with its JSON, in the stream's language and time zone.

    Args:
        shown: a live object, or an item that the site has made.

    Raises:
        InvalidItem, InvalidView.
    """
    with named.locale.active():
        if isinstance(shown, Mapping):
            if shown.get("view") is not None:
                check_view(shown["view"])
            item: Item = shown
        else:
            item = _item(shown, named)
        # Here, since texts that are yet to be translated are translated as they are encoded.
        return item, encode_item(item)


def _item(live_object: Any, named: NamedStream) -> Item:
    item: dict[str, object] = live_object.wire_item()
    template_name = template_in(live_object, named)
    if template_name is None:
        return item
    if "view" in item:
        raise InvalidItem(
            f"live_item() of {live_object._meta.label} has a view, and live_template makes one."
        )
    log_errors = conf.text("RENDER_ERRORS") == "log"
    try:
        # Without a savepoint, a database error would end the whole transaction.
        with transaction.atomic(log_database()) if log_errors else nullcontext():
            view: View | None = render(template_name, _context(live_object), named.locale)
    except InvalidView:
        raise
    except Exception as error:  # whatever a site's template raises
        if not log_errors or (isinstance(error, DatabaseError) and is_refused_write(error)):
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
