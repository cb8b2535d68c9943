"""Lists articles in pages, in the order of the front page. Each article is on exactly one page.

Drafts, which have no order yet, come first, the newest first. A draft that is published while a
caller reads page after page keeps its position among the drafts, so it is neither missed nor listed
twice.
"""

import re
from dataclasses import dataclass
from typing import Self

from django.db.models import F, Q, Subquery

from stoppress.newsroom.models import Article
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.publishing import InvalidField

ORDER = r"[0-3]-[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
MARK = re.compile(rf"(?P<pk>[1-9][0-9]{{0,17}})~(?P<top>{ORDER})?|~(?P<order>{ORDER})")
IN_ORDER = (F("order").desc(nulls_first=True), "-pk")


@dataclass(frozen=True)
class Mark:
    """The end of a page.

    Attributes:
        pk: of the last article, if it was a draft when the first page was read; else None.
        order: among drafts, the order of the first public article when the first page was read.
            Articles above it were published since. After the drafts, the order of the last article.
    """

    pk: int | None
    order: str

    def __str__(self) -> str:
        return f"{'' if self.pk is None else self.pk}~{self.order}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse a mark. It is a position among all articles, so it is valid in every list.

        Raises:
            InvalidField: it does not have the form of a mark.
        """
        match = MARK.fullmatch(text)
        if match is None:
            raise InvalidField("before", "must be the `next` of the previous page.")
        if match["pk"] is None:
            return cls(None, match["order"])
        return cls(int(match["pk"]), match["top"] or "")


def page(articles: ArticleQuerySet, limit: int, before: str | None) -> tuple[list[Article], str]:
    """Return a page, and the mark of its end; the mark is empty if there is no next page.

    Args:
        before: the mark of the previous page's end; None for the first page.

    Raises:
        InvalidField: `before` is not a mark.
    """
    mark = None if before is None else Mark.read(before)
    if mark is None:
        # One statement, so that the articles and the highest order are of the same moment.
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
