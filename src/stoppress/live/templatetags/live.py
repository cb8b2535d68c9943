"""Template tags that put a live stream on a page."""

from typing import Any

from django import template
from django.core.exceptions import PermissionDenied
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from stoppress.live.protocol.refusals import Refusal
from stoppress.live.publishing.registry import find
from stoppress.live.publishing.snapshots import snapshot
from stoppress.live.readers.guard import check_reader

register = template.Library()


@register.simple_tag(takes_context=True)
def live_feed(context: Context, stream: str, partial: str, empty: str | None = None) -> SafeString:
    """Render a stream as it is now, inside an element that then follows it.

        {% live_feed "news" "newsroom/_item.html" %}

    The partial renders `item` as one element with `data-key`, `data-version` and `data-order`. It
    is rendered once more without an item, as the template for later items.

    Args:
        stream: its name. A stream that is not public is rendered only for readers who may read it;
            the context's `request` identifies the reader.
        empty: a partial that is shown instead while there are no items; its root element has
            `data-when-empty`, and `hidden` where `item_count` is not 0.

    Raises:
        UnknownStream: no registered stream has the name.
        PermissionDenied: the reader may not read the stream.
    """
    _check_reader(context, stream)
    now = snapshot(stream)
    items = [_render(context, partial, item=item) for item in now.items]
    parts = [
        _render(context, empty, item_count=len(items)) if empty else "",
        format_html(
            '<p data-connection role="status" hidden data-reconnecting="{}" data-stopped="{}"></p>',
            gettext("Connection lost. Trying again…"),
            gettext("Live updates have ended. Reload the page to go on."),
        ),
        *items,
        format_html("<template>{}</template>", _render(context, partial, item={})),
    ]
    return format_html(
        '<live-feed stream="{}" cursor="{}" limit="{}"{} data-state="connecting">{}</live-feed>',
        now.stream,
        str(now.cursor),
        now.limit,
        format_html(' data-floor="{}"', now.floor) if now.floor is not None else "",
        format_html_join("", "{}", ((part,) for part in parts)),
    )


@register.simple_tag
def live_client() -> SafeString:
    """Load the browser client."""
    return format_html(
        '<script type="module" src="{}"></script>', static("stoppress/live/index.js")
    )


def _check_reader(context: Context, stream: str) -> None:
    named = find(stream)
    if named is None or named.stream.public:
        return
    try:
        check_reader(named, getattr(context.get("request"), "user", None))
    except Refusal as refusal:
        raise PermissionDenied(refusal.reason) from refusal


def _render(context: Context, name: str, **values: Any) -> SafeString:
    assert context.template is not None
    partial = context.template.engine.get_template(name)
    with context.push(**values):
        return mark_safe(partial.render(context).strip())  # the template has escaped
