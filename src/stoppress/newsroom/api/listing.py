"""Articles in the order of the front page, page by page; each of them stands on one page.

Drafts, which have no place there yet, come first, the newest first. What is published while
somebody turns the pages keeps the place it had among the drafts: it is neither missed nor seen
twice.
"""

import re
from dataclasses import dataclass
from typing import Self

from django.db.models import F, Q, Subquery

from stoppress.newsroom.models import Article
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.publishing import InvalidField

ORDER = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
MARK = re.compile(rf"(?P<pk>[1-9][0-9]{{0,17}})~(?P<top>{ORDER})?|~(?P<order>{ORDER})")
IN_ORDER = (F("order").desc(nulls_first=True), "-pk")


@dataclass(frozen=True)
class Mark:
    """Where a page ends.

    Attributes:
        pk: the last article's, if it was a draft.
        order: among drafts, that of the first public article when the first page was read; what
            stands above it was published since. Else that of the last article.
    """

    pk: int | None
    order: str

    def __str__(self) -> str:
        return f"{'' if self.pk is None else self.pk}~{self.order}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a mark. It is a place in the order of all articles, and so one in every list.

        Raises:
            InvalidField: it has not the form of those that pages give out.
        """
        match = MARK.fullmatch(text)
        if match is None:
            raise InvalidField("before", "must be the `next` of the page before.")
        if match["pk"] is None:
            return cls(None, match["order"])
        return cls(int(match["pk"]), match["top"] or "")


def page(articles: ArticleQuerySet, limit: int, before: str | None) -> tuple[list[Article], str]:
    """Return a page, and the mark of the next one; empty where there is none.

    Args:
        before: the mark of the page before this one; None for the first.

    Raises:
        InvalidField: it is no such mark.
    """
    mark = None if before is None else Mark.read(before)
    if mark is None:
        # In one statement, and so of one moment.
        top = articles.filter(order__isnull=False).order_by("-order").values("order")[:1]
        found = list(articles.annotate(top=Subquery(top)).order_by(*IN_ORDER)[: limit + 1])
        highest = getattr(found[0], "top", None) or "" if found else ""
    elif mark.pk is None:
        found = list(articles.filter(order__lt=mark.order).order_by("-order")[: limit + 1])
        highest = ""
    else:
        highest = mark.order
        late = Q(order__isnull=True) | Q(order__gt=highest)
        found = list(articles.filter(late, pk__lt=mark.pk).order_by("-pk")[: limit + 1])
        rest = articles.filter(order__lte=highest).order_by("-order")
        found += rest[: limit + 1 - len(found)] if len(found) <= limit else []
    if len(found) <= limit:
        return found, ""
    last = found[limit - 1]
    among_drafts = (
        last.order is None or mark is not None and mark.pk is not None and last.order > highest
    )
    end = Mark(last.pk, highest) if among_drafts else Mark(None, last.order or "")
    return found[:limit], str(end)
