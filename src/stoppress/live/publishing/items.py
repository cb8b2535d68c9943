"""A live object as the items of its streams, each with the view that its template makes."""

from collections.abc import Iterable, Mapping
from typing import Any

from stoppress.live.errors import InvalidItem
from stoppress.live.rendering.locale import Locale
from stoppress.live.rendering.render import render
from stoppress.live.rendering.tree import check_view

from .registry import NamedStream, find_registered


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
            made[manner] = _item(live_object, *manner)
        items[name] = made[manner]
    return items


def item_in(live_object: Any, named: NamedStream) -> dict[str, object]:
    """Return an object's item in a stream."""
    return _item(live_object, template_in(live_object, named), named.locale)


def template_in(live_object: Any, named: NamedStream) -> str | None:
    """Return the name of the template that renders an object's items in a stream."""
    template: str | Mapping[str, str] | None = live_object.live_template
    return template.get(named.stream.pattern) if isinstance(template, Mapping) else template


def _item(live_object: Any, template_name: str | None, locale: Locale) -> dict[str, object]:
    with locale.active():
        item: dict[str, object] = live_object.wire_item()
        if template_name is None:
            return item
        if "view" in item:
            raise InvalidItem(
                f"live_item() of {live_object._meta.label} has a view, and live_template makes one."
            )
        context = {live_object.live_context_name or live_object._meta.model_name: live_object}
        context |= {"object": live_object, **live_object.live_context()}
        return item | {"view": render(template_name, context, locale)}


def with_checked_view(item: Mapping[str, object]) -> Mapping[str, object]:
    """Return a site's own item, whose view is valid.

    Raises:
        InvalidView.
    """
    if item.get("view") is not None:
        check_view(item["view"])
    return item
