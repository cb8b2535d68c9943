"""Template tags that put a live stream on a page."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.template.base import FilterExpression, NodeList, Parser, Token, TokenType, token_kwargs
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.urls import get_script_prefix
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stoppress.live.asgi_types import BY_ASGI
from stoppress.live.browser_client import client_address, older_address
from stoppress.live.build import build
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.publishing.pattern import with_values
from stoppress.live.publishing.registry import find
from stoppress.live.publishing.snapshots import Snapshot, snapshot
from stoppress.live.readers.guard import check_reader
from stoppress.live.rendering.item_places import check_items
from stoppress.live.rendering.markup import markup
from stoppress.live.rendering.readerless import ReaderlessContext
from stoppress.live.script_prefix import address_of

from .feed_element import connection_line, feed_element

register = template.Library()


@register.tag
def live_feed(parser: Parser, token: Token) -> "LiveFeed":
    """Render the present items of a stream, inside an element that then follows the stream.

        {% live_feed "scores" %}

    Each item is rendered from its view. The block may have the site's own markup around the items;
    `data-items` marks the element that holds them, if that is not `<live-feed>` itself:

        {% live_feed "scores" %}
          <table><thead>…</thead><tbody data-items>{{ items }}</tbody></table>
        {% empty %}<p>No match yet.</p>
        {% endlive_feed %}

    Arguments give values to the placeholders of a name: `{% live_feed "match:<id>" id=match.pk %}`.

    With `ceiling` the feed shows and follows older items: those whose order is smaller. The stream
    must be a ranged one. An empty ceiling means the newest items.

        {% live_feed "posts:<id>" id=story.pk ceiling=order %}
          <div data-items>{{ items }}</div>
          <a data-older="/posts/{order}/" href="/posts/{{ items.floor|urlencode }}/"
             {% if not items.floor %}hidden{% endif %}>Older posts</a>
        {% endlive_feed %}

    `items.floor` is the lowest order on the page; None where nothing is below it. A click on the
    link `data-older` adds the items below to the page.

    With `limit` it shows up to that many items, instead of the stream's own limit.

    With `current`, the key of the item that the page is about, that item has
    `aria-current="true"`.

    A stream that is not public is rendered only for readers who may read it; the context's
    `request` identifies the reader.

    Raises:
        UnknownStream: no registered stream has the name.
        PermissionDenied: the reader may not read the stream.
        ValueError: with a ceiling, the stream is not a ranged one, or the ceiling is no order; or
            the limit is below 1.
        TemplateSyntaxError: the stream is not public, and the template is rendered without a
            request; with DEBUG, also if the items are where the client does not find them.
    """
    _, *words = token.split_contents()
    names, values = words[:1], words[1:]
    given = token_kwargs(values, parser)
    if not names or values:
        raise TemplateSyntaxError(
            "live_feed takes the name of a stream, values for its placeholders, a ceiling, a "
            'limit, and the key of the current item: {% live_feed "match:<id>" id=match.pk '
            "ceiling=order limit=10 current=key %}. The template of its items is the model's "
            "live_template, or the one given to live.view."
        )
    part = _Part(*(given.pop(name, None) for name in ("ceiling", "limit", "current")))
    stream = _Name(parser.compile_filter(names[0]), given)
    if not _is_block(parser):
        return LiveFeed(stream, part, None, None)
    around = parser.parse(("empty", "endlive_feed"))
    empty = None
    if parser.next_token().contents == "empty":
        empty = parser.parse(("endlive_feed",))
        parser.delete_first_token()
    return LiveFeed(stream, part, around, empty)


class _Name:
    """A stream's name in a template, with the values of its placeholders."""

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression]) -> None:
        self._name, self._values = name, values

    def resolve(self, context: Context) -> str:
        values = {name: value.resolve(context) for name, value in self._values.items()}
        return with_values(str(self._name.resolve(context)), values)


class _Part:
    """The part of a stream that a feed shows, and its current item."""

    def __init__(
        self,
        ceiling: FilterExpression | None,
        limit: FilterExpression | None,
        current: FilterExpression | None,
    ) -> None:
        self._given = (ceiling, limit, current)

    def resolve(self, context: Context) -> tuple[str | None, int | None, str | None]:
        ceiling, limit, current = (each.resolve(context) if each else None for each in self._given)
        return ceiling or None, None if limit is None else int(limit), current or None


def _is_block(parser: Parser) -> bool:
    """Return whether the tag's end comes before another feed begins."""
    tokens: list[Token] = parser.tokens  # type: ignore[assignment] # the stubs say less
    commented = False
    for token in reversed(tokens):
        if token.token_type is not TokenType.BLOCK:
            continue
        name = token.contents.split()[0]
        if commented or name == "comment":
            commented = name != "endcomment"
        elif name in {"live_feed", "endlive_feed"}:
            return name == "endlive_feed"
    return False


class LiveFeed(template.Node):
    """`{% live_feed %}`, alone or around a site's own markup."""

    child_nodelists = ("around", "empty")

    def __init__(
        self,
        stream: _Name,
        part: _Part,
        around: NodeList | None,
        empty: NodeList | None,
    ) -> None:
        self.stream = stream
        self.part = part
        self.around = around or NodeList()
        self.is_block = around is not None
        self.empty = empty or NodeList()

    def render(self, context: Context) -> SafeString:
        if isinstance(context, ReaderlessContext):
            raise TemplateSyntaxError("A view of a feed's item cannot hold a feed.")
        stream = self.stream.resolve(context)
        _check_reader(context, stream)
        ceiling, limit, current = self.part.resolve(context)
        now = snapshot(stream, below=ceiling, limit=limit)
        items = _Items(now, current)
        inner = str(items)
        if self.is_block:
            items.shown = False
            with context.push(items=items):
                inner = self.around.render(context)
        line = connection_line(_is_by_wsgi(context))
        html = feed_element(now, ceiling, current, inner, self.empty.render(context), line)
        if settings.DEBUG:
            check_items(items.views, items.shown, html)
        return html


class _Items:
    """The values of `{{ items }}` and `{{ items.floor }}`."""

    def __init__(self, now: Snapshot, current: str | None) -> None:
        self.floor = now.floor
        self._current = current
        self.views = [item for item in now.items if item.get("view")]
        self.shown = True

    def __len__(self) -> int:
        return len(self.views)

    def __str__(self) -> str:
        return self.marked({})

    def marked(self, marks: Mapping[str, Mapping[str, str]]) -> SafeString:
        """Return the items, with more attributes for the root of a key: `{"data_new": "yes"}`."""
        self.shown = True
        return SafeString(
            "".join(
                _markup(item, self._current, marks.get(str(item["key"]), {})) for item in self.views
            )
        )


def _markup(item: dict[str, object], current: str | None, marks: Mapping[str, str]) -> str:
    version = item.get("version")
    mark = {**marks, **({"aria_current": "true"} if item["key"] == current else {})}
    return markup(
        item["view"],  # type: ignore[arg-type]
        data_key=str(item["key"]),
        data_version="" if version is None else str(version),
        data_order=str(item["order"]),
        **mark,
    )


def _is_by_wsgi(context: Context) -> bool:
    return isinstance(_request(context), WSGIRequest) and not BY_ASGI.get()


def _request(context: Context) -> Any:
    """Return the request that a template is rendered for; None without one.

    A RequestContext has it even if no variable does: without the context processor, in an inclusion
    tag, and in `{% include … only %}`.
    """
    return context.get("request") or getattr(context, "request", None)


@register.simple_tag
def live_build() -> str:
    """Return the build that renders this page, for the element that offers to reload it.

        <p data-live-build="{% live_build %}" role="status" hidden>
          This page has changed. <a href="">Reload</a>
        </p>

    The client shows the element once a server with another build answers.
    """
    return build()


@register.simple_tag
def live_client() -> SafeString:
    """Load the browser client.

        {% live_client %}

    It belongs in the page's head. A page that loads the client by its own script, as part of a
    bundle, needs `{% live_meta %}` there instead.
    """
    return live_meta() + format_html('<script type="module" src="{}"></script>', client_address())


@register.simple_tag
def live_meta() -> SafeString:
    """Tell the client the address of the transports, and of the module that reads older items.

        {% live_meta %}

    `{% live_client %}` includes it.
    """
    return _where() + format_html('<meta name="stoppress-older" content="{}">', older_address())


def _where() -> SafeString:
    """Return a `<meta>` with the transports' address; empty if they are at the root."""
    if get_script_prefix() == "/":
        return SafeString("")
    return format_html('<meta name="stoppress-live" content="{}">', address_of("live/ws"))


def _check_reader(context: Context, stream: str) -> None:
    named = find(stream)
    if named is None or named.stream.public:
        return
    request = _request(context)
    if request is None:
        raise TemplateSyntaxError(
            f"{stream} is not public, and this template is rendered without a request, which says "
            "who reads it: pass the request, as in render(request, …) or render_to_string(…, "
            "request=request)."
        )
    try:
        check_reader(named, getattr(request, "user", None))
    except Refusal as refusal:
        raise PermissionDenied(refusal.reason) from refusal
