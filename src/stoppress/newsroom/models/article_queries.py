"""Queries of articles. `public()` alone decides what readers may see."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThan
from django.utils import timezone

from stoppress.live.clock import has_clock

from .article_choices import Coverage, DeskState, PubStatus

# Rank, the time of the event, place.
POST_ORDER_CHARS = len("0-2026-11-22T09:00:00.000Z-2026-11-22T09:00:00.000Z")

Found = TypeVar("Found", bound=models.Model)


def short_order() -> Q:
    """Return the condition for posts that a process of the previous release has changed."""
    return Q(LessThan(Length("order"), POST_ORDER_CHARS))


class ArticleQueries(models.QuerySet[Found]):
    """Articles. `public()` alone decides what readers may see."""

    def public(self, now: datetime | None = None) -> Self:
        """Return the articles that readers may see: usable, published, and not under embargo.

        A post's story must be public too.

        Args:
            now: the database's own time by default.
        """
        until = now or self._opening()
        # By a join: for Exists, PostgreSQL reads every public article, even if few are asked for.
        return self._opened(until).filter(Q(parent=None) | self._open(until, "parent__"))

    def _all(self) -> Self:
        return type(self)(self.model, using=self.db)

    def _opening(self) -> datetime | Now:
        # SQLite's own time has only milliseconds: a just published article would not be public yet.
        return Now() if has_clock(self.db) else timezone.now()

    def _opened(self, until: datetime | Now) -> Self:
        return self.filter(self._open(until))

    @staticmethod
    def _open(until: datetime | Now, of: str = "") -> Q:
        return Q(
            Q((f"{of}embargoed_until", None)) | Q((f"{of}embargoed_until__lte", until)),
            (f"{of}pub_status", PubStatus.USABLE),
            (f"{of}first_published__isnull", False),
        )

    def not_withdrawn(self) -> Self:
        """Return the articles whose text was not withdrawn, by `Article.is_withdrawn`."""
        of_retracted = Q(parent__pub_status=PubStatus.CANCELED) & ~Q(pub_status=PubStatus.WITHHELD)
        return self.exclude(pub_status=PubStatus.CANCELED).exclude(of_retracted)

    def told_in_story(self) -> Self:
        """Return the posts of a live story's page: public posts, and retracted posts.

        Of a retracted post, only the note may be shown, in the post's place.
        """
        until = self._opening()
        stories = self._all().filter(pk=OuterRef("parent_id"))._opened(until)
        retracted = Q(pub_status=PubStatus.CANCELED, first_published__isnull=False)
        return self.filter(self._open(until) | retracted, Exists(stories), parent__isnull=False)

    def withdrawn(self) -> Self:
        """Return formerly public articles whose text was withdrawn, by `Article.is_withdrawn`.

        A post's story must be public, or retracted itself.
        """
        of_retracted = Q(parent__pub_status=PubStatus.CANCELED)
        withdrawn = Q(pub_status=PubStatus.CANCELED) | of_retracted & ~Q(
            pub_status=PubStatus.WITHHELD
        )
        stories = self._all().filter(pk=OuterRef("parent_id"))._opened(self._opening())
        return self.filter(
            withdrawn,
            Q(parent=None) | of_retracted | Exists(stories),
            first_published__isnull=False,
        )

    def without_posts(self) -> Self:
        """Return the articles that are not posts."""
        return self.filter(parent=None)

    def listed(self) -> Self:
        """Return the articles that lists show: public ones, without posts."""
        return self.public().without_posts()

    def told_in_feeds(self) -> Self:
        """Return the articles that feeds list: public and retracted ones, without posts.

        Of a retracted article, only the note may be shown, in the article's place.
        """
        retracted = Q(pub_status=PubStatus.CANCELED, first_published__isnull=False)
        return self.filter(self._open(self._opening()) | retracted, parent=None)

    def in_order_of_keys(self) -> Self:
        """Return posts in the order of key events: by the time of the event; pins do not count."""
        return self.order_by("-occurred", "-place")

    def going_on(self) -> Self:
        """Return the public live stories whose coverage has not ended."""
        return self.public().filter(coverage__in=(Coverage.OPEN, Coverage.PAUSED))

    def timed(self) -> Self:
        """Return the live stories that end automatically after some hours without a change."""
        return self.filter(quiet_hours__isnull=False)

    def without_discarded(self) -> Self:
        """Return all but the discarded drafts."""
        discarded = DeskState.DISCARDED
        return self.exclude(pub_status=PubStatus.WITHHELD, desk_state=discarded)

    def due(self, now: datetime) -> Self:
        """Return the drafts that the schedule must publish now, the earliest first."""
        return (
            self.filter(
                Q(embargoed_until=None) | Q(embargoed_until__lte=now),
                Q(publish_retry=None) | Q(publish_retry__lte=now),
                pub_status=PubStatus.WITHHELD,
                publish_at__lte=now,
            )
            .exclude(desk_state=DeskState.DISCARDED)
            .order_by("publish_at", "pk")
        )

    def breaking_news(self) -> Self:
        """Return the public articles that are breaking news, the newest first."""
        return self.public().filter(breaking=True).order_by("-place")

    def without_place(self) -> Self:
        """Return the articles that a process of the previous release has published."""
        return self.filter(order__isnull=False, place__isnull=True)

    def without_time(self) -> Self:
        """Return the posts that a process of the previous release has published."""
        return self.filter(parent__isnull=False, first_published__isnull=False, occurred=None)

    def misranked(self) -> Self:
        """Return the articles whose rank contradicts their fields, independent of the time.

        Posts are included if a process of the previous release has changed them, so that their
        order has no time.
        """
        pinned = Q(pinned=True, rank__lt=3) | Q(pinned=False, rank=3)
        urgent = Q(urgency=1, breaking=False, top_until=None) | Q(urgency__gt=1, breaking=True)
        placed = Q(parent=None, place__isnull=False)
        posts = Q(short_order(), parent__isnull=False)
        return self.filter(placed & (pinned | urgent) | posts).order_by("pk")

    def outranked(self, now: datetime) -> Self:
        """Return the public articles whose time at the top is over, the earliest first."""
        shown = self.filter(pub_status=PubStatus.USABLE)
        return shown.filter(rank_until__lte=now).order_by("rank_until", "pk")
