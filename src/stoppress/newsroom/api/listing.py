"""Lists articles in pages, in the order of the front page. Each article is on exactly one page.

The posts of a story are listed alike, in the order of the story's page.

Drafts, which have no order yet, come first, the newest first. A draft that is published while a
caller reads page after page keeps its position among the drafts, so it is neither missed nor listed
twice. Its place shows that it was published since: places only grow. Orders do not, because a
pinned article is above all later ones. Only an article whose rank changes meanwhile can be missed
or listed twice, and so can a post whose time or story changes.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from django.db.models import F, Q, Subquery
from ninja.params.functions import Query

from stoppress.newsroom.models import Article
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.publishing import InvalidField

PLACE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
MARK = re.compile(
    rf"((?P<pk>[1-9][0-9]{{0,17}})|(?P<order>[0-3](-{PLACE}){{1,2}}))~(?P<newest>{PLACE})?",
    re.ASCII,
)
IN_ORDER = (F("order").desc(nulls_first=True), "-pk")
PAGE, LONGEST_PAGE = 50, 200

Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE)]
Before = Annotated[str | None, Query(description="`next` of the previous page")]
PubStatus = Literal["usable", "withheld", "canceled"] | None
DeskState = Literal["draft", "submitted", "sent_back", "discarded"] | None


@dataclass(frozen=True)
class Mark:
    """The end of a page.

    Attributes:
        pk: of the last article, if it was a draft when the first page was read; else None.
        order: of the last article, if it was not.
        newest: the highest place when the first page was read; empty if there was none. Articles
            with a higher one were published since.
    """

    pk: int | None
    order: str
    newest: str

    def __str__(self) -> str:
        return f"{self.order if self.pk is None else self.pk}~{self.newest}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse a mark. It is a position among all articles, so it is valid in every list.

        Raises:
            InvalidField: it does not have the form of a mark.
        """
        match = MARK.fullmatch(text)
        if match is None:
            raise InvalidField("before", "must be the `next` of the previous page.")
        pk = None if match["pk"] is None else int(match["pk"])
        return cls(pk, match["order"] or "", match["newest"] or "")


def in_state(
    articles: ArticleQuerySet, pub_status: PubStatus, desk_state: DeskState
) -> ArticleQuerySet:
    """Return the articles in a state; by default all but the retracted and the discarded ones."""
    if pub_status is None:
        articles = articles.exclude(pub_status=Article.PubStatus.CANCELED)
    else:
        articles = articles.filter(pub_status=pub_status)
    if desk_state is None:
        return articles.without_discarded()
    return articles.filter(pub_status=Article.PubStatus.WITHHELD, desk_state=desk_state)


def page(
    articles: ArticleQuerySet, limit: int, before: str | None, *, story: Article | None = None
) -> tuple[list[Article], str]:
    """Return a page, and the mark of its end; the mark is empty if there is no next page.

    Args:
        before: the mark of the previous page's end; None for the first page.
        story: the story of the posts; None if the list is of articles.

    Raises:
        InvalidField: `before` is not a mark.
    """
    mark = None if before is None else Mark.read(before)
    if mark is None:
        # One statement, so that the articles and the highest place are of the same moment.
        placed = Article.objects.filter(parent=story, place__isnull=False)
        newest = placed.order_by("-place").values("place")[:1]
        found = list(articles.annotate(newest=Subquery(newest)).order_by(*IN_ORDER)[: limit + 1])
        mark = Mark(None, "", getattr(found[0], "newest", None) or "" if found else "")
    else:
        known = articles.filter(place__lte=mark.newest).order_by("-order")
        if mark.pk is None:
            found = list(known.filter(order__lt=mark.order)[: limit + 1])
        else:
            late = Q(place__isnull=True) | Q(place__gt=mark.newest)
            found = list(articles.filter(late, pk__lt=mark.pk).order_by("-pk")[: limit + 1])
            found += known[: limit + 1 - len(found)] if len(found) <= limit else []
    if len(found) <= limit:
        return found, ""
    last = found[limit - 1]
    if last.place is None or last.place > mark.newest:
        return found[:limit], str(Mark(last.pk, "", mark.newest))
    return found[:limit], str(Mark(None, last.order or "", mark.newest))
