"""Template tags that put a live stream on a page."""

from django import template
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.template.base import FilterExpression, NodeList, Parser, Token, TokenType
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from turbohtml import parse_fragment

from stoppress.live.protocol.refusals import Refusal
from stoppress.live.publishing.registry import find
from stoppress.live.publishing.snapshots import Snapshot, snapshot
from stoppress.live.readers.guard import check_reader
from stoppress.live.rendering.markup import markup

register = template.Library()

_BLOCK = (
    '{% live_feed "scores" %}<table><tbody data-items>{{ items }}</tbody></table>{% endlive_feed %}'
)


@register.tag
def live_feed(parser: Parser, token: Token) -> "LiveFeed":
    """Render a stream as it is now, inside an element that then follows it.

        {% live_feed "scores" %}

    Each item is rendered from its view. Around the items can stand a site's own markup; where they
    are not to stand in `<live-feed>` itself, `data-items` marks the element that holds them:

        {% live_feed "scores" %}
          <table><thead>…</thead><tbody data-items>{{ items }}</tbody></table>
        {% empty %}<p>No match yet.</p>
        {% endlive_feed %}

    A stream that is not public is rendered only for readers who may read it; the context's
    `request` identifies the reader.

    Raises:
        UnknownStream: no registered stream has the name.
        PermissionDenied: the reader may not read the stream.
        TemplateSyntaxError: with DEBUG, something keeps the feed from being live.
    """
    words = token.split_contents()
    if len(words) != 2:
        raise TemplateSyntaxError(
            "live_feed takes the name of a stream, and nothing else. The template of its items is "
            "the model's live_template, or the one given to live.view."
        )
    stream = parser.compile_filter(words[1])
    if not _is_block(parser):
        return LiveFeed(stream, None, None)
    around = parser.parse(("empty", "endlive_feed"))
    empty = None
    if parser.next_token().contents == "empty":
        empty = parser.parse(("endlive_feed",))
        parser.delete_first_token()
    return LiveFeed(stream, around, empty)


def _is_block(parser: Parser) -> bool:
    """Return whether the tag's end comes before another feed begins."""
    tokens: list[Token] = parser.tokens  # type: ignore[assignment] # the stubs say less
    for token in reversed(tokens):
        if token.token_type is TokenType.BLOCK:
            name = token.contents.split()[0]
            if name in {"live_feed", "endlive_feed"}:
                return name == "endlive_feed"
    return False


class LiveFeed(template.Node):
    """`{% live_feed %}`, alone or around a site's own markup."""

    child_nodelists = ("around", "empty")

    def __init__(
        self, stream: FilterExpression, around: NodeList | None, empty: NodeList | None
    ) -> None:
        self.stream = stream
        self.around = around or NodeList()
        self.is_block = around is not None
        self.empty = empty or NodeList()

    def render(self, context: Context) -> SafeString:
        stream = self.stream.resolve(context)
        _check_reader(context, stream)
        now = snapshot(stream)
        items = _Items(now)
        inner = str(items)
        if self.is_block:
            items.shown = False
            with context.push(items=items):
                inner = self.around.render(context)
        html = _feed(now, inner, self.empty.render(context), bool(items.views))
        if settings.DEBUG:
            _check_page(context, items, html)
        return html


class _Items:
    """What `{{ items }}` prints."""

    def __init__(self, now: Snapshot) -> None:
        self.views = [item for item in now.items if item.get("view")]
        self.shown = True

    def __str__(self) -> str:
        self.shown = True
        return SafeString("".join(map(_markup, self.views)))


def _markup(item: dict[str, object]) -> str:
    version = item.get("version")
    return markup(
        item["view"],  # type: ignore[arg-type]
        data_key=str(item["key"]),
        data_version="" if version is None else str(version),
        data_order=str(item["order"]),
    )


def _feed(now: Snapshot, inner: str, empty: str, has_items: bool) -> SafeString:
    return format_html(
        '<live-feed stream="{}" cursor="{}" limit="{}"{} data-state="connecting">'
        "{}{}{}</live-feed>",
        now.stream,
        str(now.cursor),
        now.limit,
        format_html(' data-floor="{}"', now.floor) if now.floor is not None else "",
        _connection(),
        mark_safe(inner),  # markup and the site's template have escaped
        format_html(
            "<div data-when-empty{}>{}</div>", " hidden" if has_items else "", mark_safe(empty)
        )
        if empty
        else "",
    )


def _connection() -> SafeString:
    """Return the line that says how the connection is; with DEBUG, that nothing has connected."""
    reconnecting = gettext("Connection lost. Trying again…")
    stopped = gettext("Live updates have ended. Reload the page to go on.")
    # The client empties and hides the line once it is live.
    not_live = (
        "Not live yet. If this line stays, the client does not run: is {% live_client %} in the "
        "page's head, and are static files served?"
    )
    return format_html(
        '<p data-connection role="status"{} data-reconnecting="{}" data-stopped="{}">{}</p>',
        "" if settings.DEBUG else " hidden",
        reconnecting,
        stopped,
        not_live if settings.DEBUG else "",
    )


def _check_page(context: Context, items: _Items, html: str) -> None:
    """Tell the developer what keeps a feed from being live."""
    if isinstance(context.get("request"), WSGIRequest):
        raise TemplateSyntaxError(
            "This page is served by WSGI, which no reader can follow a stream by. Serve the "
            "project's ASGI application, say by `uvicorn project.asgi:application`; with daphne "
            "first in INSTALLED_APPS, runserver does so too."
        )
    if not items.shown:
        raise TemplateSyntaxError(f"The block of live_feed prints no {{{{ items }}}}: {_BLOCK}")
    stand = len(parse_fragment(html).select("[data-key]"))
    if stand < len(items.views):
        root = items.views[0]["view"][0]
        raise TemplateSyntaxError(
            f"A browser drops <{root}> where the feed's items stand. A part of a table needs the "
            f"table around it: {_BLOCK}"
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
