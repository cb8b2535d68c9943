"""The page of the search."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .article_name import article_name
from .models import Article, Section
from .opening import opening
from .payloads import article_item, direction_of
from .post_payloads import post_fields
from .reader_page import missing_page, page, reader_page_with
from .searching.excerpt import Part, excerpt, marked
from .searching.found import found, read_position
from .searching.query import MOST_CHARS, MOST_WORDS, Query, parse_query
from .searching.texts import paragraphs
from .searching.time_limit import TooSlow

QUERY, OLDER = "q", "below"
# For the page cache and a cache in front of it: a withdrawn text is gone within three seconds.
SHORTER = "public, max-age=0, s-maxage=1"
# The most characters of a name shown in place of a headline.
NAME_CHARS = 80


@dataclass(frozen=True)
class Result:
    """A row: the present state of an article or a post, with the words marked."""

    item: dict[str, Any]
    name: list[Part]
    excerpt: list[Part]
    section: Section | None
    story: Article | None  # of a post


@reader_page_with(QUERY, OLDER)
def search(request: HttpRequest) -> HttpResponseBase:
    """Show the newest articles and posts with the words of `q`, below a position if there is one.

    An event of any stream could change it, and the page cache follows only the stream `news`. So
    all caches keep it for a second only, and its ETag covers the version of each row.
    """
    query = parse_query(request.GET.get(QUERY, ""))
    begins = request.GET.get(OLDER, "")
    below = read_position(begins)
    if begins and below is None:
        return missing_page(request)
    context: dict[str, object] = {
        "here": "search",
        "query": query,
        "most_chars": MOST_CHARS,
        "most_words": MOST_WORDS,
        "below": below,
    }
    try:
        shown = found(query, below)
    except TooSlow:
        return page(request, "newsroom/search.html", ["news"], context | {"slow": True}, status=503)
    context |= {
        "results": [result(each, query) for each in shown.articles],
        "older": shown.older,
    }
    facts = [
        (each.key, each.version, each.parent and each.parent.version) for each in shown.articles
    ]
    answer = page(request, "newsroom/search.html", ["news"], context, facts=[*facts, shown.older])
    answer["Cache-Control"] = SHORTER
    return answer


def result(article: Article, query: Query) -> Result:
    """Return a row with the texts of the article, not those of the index."""
    name = article_name(article)
    texts = [article.summary, *paragraphs(article), article.byline, article.located]
    about = article.summary if article.headline else ""
    plain = [Part(text) for text in [about or opening(article.body_tree)] if text]
    shown = excerpt(texts, query.terms) or plain
    # The name of a post without a headline is the beginning of its text: do not show it twice.
    if not article.headline and "".join(part.text for part in shown).strip("…") in name:
        shown = []
    item = post_fields(article) if article.is_post else article_item(article)
    return Result(
        item | {"direction": direction_of(article)},
        marked(name, query.terms),
        shown,
        (article.parent or article).section,
        article.parent,
    )
