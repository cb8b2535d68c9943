"""The element of a feed, its button and its line about the connection, as HTML."""

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from stoppress.live.publishing.snapshots import Snapshot

_BY_WSGI = (
    "Not live: this page is served by WSGI. Serve the project's ASGI application, say by "
    "uvicorn project.asgi:application; with daphne first in INSTALLED_APPS, runserver does so too."
)
_NO_CLIENT = (
    "Not live yet. If this line stays, the client does not run: is {% live_client %} in the "
    "page's head, and are static files served?"
)


def feed_element(
    now: Snapshot,
    ceiling: str | None,
    current: str | None,
    inner: str,
    empty: str,
    connection: str,
) -> SafeString:
    """Return the element `<live-feed>` with its content.

    Args:
        ceiling, current: the tag's arguments.
        inner: the items, perhaps with a site's own markup around them.
        empty: the content while there are no items.
        connection: the `connection_line`.
    """
    return format_html(
        '<live-feed stream="{}" cursor="{}" limit="{}"{}{}{} data-state="connecting">'
        "{}{}{}{}</live-feed>",
        now.stream,
        str(now.cursor),
        now.limit,
        format_html(' ceiling="{}"', ceiling) if ceiling is not None else "",
        format_html(' current="{}"', current) if current is not None else "",
        format_html(' data-floor="{}"', now.floor) if now.floor is not None else "",
        connection,
        SafeString("") if "data-new-count" in inner else _button(),
        mark_safe(inner),  # markup and the site's template have escaped
        format_html(
            "<div data-when-empty{}>{}</div>", " hidden" if now.items else "", mark_safe(empty)
        )
        if empty
        else "",
    )


def _button() -> SafeString:
    """Return the button that reveals waiting items; the client sets its count and shows it."""
    return format_html(
        '<button type="button" data-new-count="0" data-one="{}" data-many="{}" hidden></button>',
        gettext("1 new item"),
        gettext("{n} new items"),
    )


def connection_line(by_wsgi: bool) -> SafeString:
    """Return the line that shows the state of the connection.

    With DEBUG it says, until the client has connected, why the page may not be live. On a page
    served by WSGI it keeps that text, because the client cannot find out the reason.
    """
    reconnecting = gettext("Connection lost. Trying again…")
    offline = gettext("No connection since {time}")
    stopped = gettext("Live updates have ended. Reload the page to go on.")
    not_live = _NO_CLIENT if settings.DEBUG else ""
    if settings.DEBUG and by_wsgi:
        reconnecting = stopped = not_live = _BY_WSGI
    # The client empties and hides the line once it is live.
    return format_html(
        '<p data-connection role="status"{} data-reconnecting="{}" data-offline="{}" '
        'data-stopped="{}">{}</p>',
        "" if not_live else " hidden",
        reconnecting,
        offline,
        stopped,
        not_live,
    )
