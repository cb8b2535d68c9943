"""The views of sitemaps and robots.txt: the same for everybody, each with an ETag."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from stoppress import live
from stoppress.live.build import build
from stoppress.newsroom.context import site_name
from stoppress.newsroom.reader_page import missing_page, reader_page
from stoppress.newsroom.tagged import etag_of, tagged

from . import news, parts, written

XML = "application/xml; charset=utf-8"
# The stream with an event for every article that is published, changed or retracted.
NEWS = "news"


@reader_page
def index(request: HttpRequest) -> HttpResponseBase:
    """Answer with the sitemap index: all parts, and the news sitemap."""
    live.shows(NEWS)
    absolute = _absolute(request)
    found = [absolute(reverse("newsroom:sitemap_part", args=[*part])) for part in parts.parts()]
    found.append(absolute(reverse("newsroom:sitemap_news")))
    return _answer(request, found, lambda: written.index(found))


@reader_page
def sitemap_part(request: HttpRequest, kind: str, part: int) -> HttpResponseBase:
    """Answer with a part of the sitemap.

    An empty part answers 404: a crawler may ask for it because of an older index.
    """
    live.shows(NEWS)
    if kind not in parts.ROWS or not parts.rows_of(kind, part).exists():
        return missing_page(request)
    state = parts.state_of(kind, part)
    absolute = _absolute(request)
    return _answer(request, state, lambda: written.urlset(parts.entries(kind, part, absolute)))


@reader_page
def news_map(request: HttpRequest) -> HttpResponseBase:
    """Answer with the news sitemap of two days."""
    live.shows(NEWS)
    entries = news.entries(_absolute(request))
    return _answer(request, entries, lambda: written.urlset(entries, site_name()))


@reader_page
def robots(request: HttpRequest) -> HttpResponseBase:
    """Answer with robots.txt: the addresses that crawlers should not read, and the sitemaps."""
    absolute = _absolute(request)
    maps = [absolute(reverse(f"newsroom:{name}")) for name in ("sitemap", "sitemap_news")]
    context = {"closed": _closed(), "sitemaps": maps}
    text = render_to_string("newsroom/robots.txt", context).strip() + "\n"
    return _answer(request, text, text.encode, "text/plain; charset=utf-8")


def _absolute(request: HttpRequest) -> Callable[[str], str]:
    """Return a fast function from a path to its absolute address; a sitemap has thousands."""
    host = request.build_absolute_uri("/").removesuffix("/")
    return lambda path: f"{host}{path}"


def _closed() -> list[str]:
    """Return the prefixes of addresses without news; `*` matches any text."""
    front = reverse("newsroom:front")
    found = [reverse("newsroom:search"), f"{front}articles/*/history/", f"{front}live/"]
    for name in ("admin:index", "publish_api:api-root"):
        try:
            found.append(reverse(name))
        except NoReverseMatch:  # the site has no such page
            continue
    return found


def _answer(
    request: HttpRequest,
    made_of: object,
    write: Callable[[], bytes],
    content_type: str = XML,
) -> HttpResponseBase:
    """Answer with the content, or with 304 if the crawler has the same.

    Args:
        made_of: the values that the content depends on, besides the address with its host.
    """
    depends = (request.build_absolute_uri(), build(), site_name(), made_of)
    return tagged(request, etag_of(repr(depends).encode()), write, content_type)
