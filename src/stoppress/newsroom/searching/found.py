"""The public articles and posts that a query finds."""

import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from stoppress.newsroom.models import Article, SearchEntry

from .lookup import has_index
from .query import Query
from .time_limit import at_most

LIMIT = 20
# The time limit of a search in the database. With 10,000 articles it takes some milliseconds.
MOST_SECONDS = 3.0
# Articles published before 1970 have positions below zero.
_MARK = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True)
class Found:
    """One page of results, the newest first.

    Attributes:
        older: the position of the last result, below which the next page begins; None on the last
            page.
    """

    articles: list[Article]
    older: int | None


def read_position(text: str) -> int | None:
    """Return the position in an address; None if it is invalid."""
    return int(text) if _MARK.fullmatch(text) else None


def found(query: Query, below: int | None = None, limit: int = LIMIT) -> Found:
    """Return the newest public articles and posts with all terms of a query.

    The same statement checks `public()`, and an entry counts only for the version of the article
    from which it was made: an index entry of another text finds nothing.

    Args:
        below: the position below which all results are. Later publications are above it.

    Raises:
        TooSlow: the database needs more than `MOST_SECONDS`.
    """
    if not query.terms:
        return Found([], None)
    public = Article.objects.public()
    present = public.filter(pk=OuterRef("article_id"), version=OuterRef("version"))
    # From the entries only, so that SQLite reads them in their order and stops at the limit.
    entries = with_terms(SearchEntry.objects.filter(Exists(present)), query)
    if below is not None:
        entries = entries.filter(position__lt=below)
    newest = entries.order_by("-position").values_list("article_id", "position")
    with at_most(MOST_SECONDS, newest.db):
        positions = dict(newest[: limit + 1])
    related = public.select_related("section", "parent__section", "image")
    rows = related.in_bulk(list(positions)[:limit])
    articles = [rows[pk] for pk in positions if pk in rows]
    more = len(positions) > limit
    return Found(articles, list(positions.values())[limit - 1] if more else None)


def with_terms(entries: QuerySet[SearchEntry], query: Query) -> QuerySet[SearchEntry]:
    """Return the entries of the readers' index that have all terms."""
    entries = entries.filter(position__isnull=False)
    indexed = has_index(entries.db)
    if indexed:
        wanted = dict.fromkeys(token for term in query.terms for token in term.tokens)
        entries = entries.filter(tokens__has=list(wanted))
    for term in query.terms:
        if not (indexed and term.is_told_by_tokens):
            entries = entries.filter(contains("words", term.text))
    return entries


def contains(column: str, text: str) -> GreaterThan:
    """Return the condition that a column of folded words contains a text, letter by letter."""
    return GreaterThan(StrIndex(column, Value(text)), 0)
