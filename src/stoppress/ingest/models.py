"""The tables of ingest: sources, and the items seen at each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.phrase import Phrase

from .decide import names_to_look_up
from .identity import fingerprint, id_alias, link_alias
from .known import Known
from .papers.copies import Copy, PictureCopy
from .story import Story

__all__ = ["Copy", "PictureCopy", "SeenItem", "SeenItemQuerySet", "Source"]

MOST_REVISIONS = 32_767
# The shortest silence after which a feed is called quiet, however often it had new entries.
QUIET = timedelta(days=14)
# Entries seen within this time after a source was added are those that it had already.
FIRST_READING = timedelta(hours=1)


class SourceQuerySet(models.QuerySet["Source"]):
    """Queries for sources."""

    def polled(self) -> "SourceQuerySet":
        """Return the feeds that the background worker polls; papers are streamed instead."""
        return self.filter(kind=Source.Kind.FEED).exclude(url__istartswith="file:")

    def with_state(self) -> "models.QuerySet[Any]":
        """Annotate each source with its `state`, and with the time of its `newest` entry.

        A feed is unread until its first poll; a paper, until its first reading is complete. A feed
        is quiet if it had no new entry for longer than `QUIET`, and for longer than the last ten
        gaps between its entries took together. It is not quiet if an entry has come within
        `QUIET`, whatever its date: some feeds have wrong clocks.
        """
        seen = SeenItem.objects.filter(source=OuterRef("pk"))
        dates = seen.filter(published__lte=Now()).order_by("-published").values("published")
        arrivals = seen.order_by("-first_seen").values("first_seen")
        unread = Q(kind=Source.Kind.FEED, last_polled=None) | Q(kind=Source.Kind.PAPER, cursor="")
        silent = Q(kind=Source.Kind.FEED, silence__gt=QUIET) & Q(silence__gt=F("ten_gaps"))
        early = Q(arrived__lte=Now() - QUIET) | Q(arrived__lte=F("created") + FIRST_READING)
        times = self.annotate(newest=Subquery(dates[:1])).alias(
            silence=Now() - F("newest"),
            ten_gaps=F("newest") - Subquery(dates[10:11]),
            arrived=Subquery(arrivals[:1]),
        )
        return times.annotate(
            state=Case(
                When(healthy=False, then=Value(Source.State.FAILING)),
                When(unread, then=Value(Source.State.UNREAD)),
                When(silent & early, then=Value(Source.State.QUIET)),
                default=Value(Source.State.FINE),
                output_field=models.CharField(),
            ),
        )


class Source(models.Model):
    """A feed, or another paper, that is followed, and the outcome of its last poll."""

    class Kind(models.TextChoices):
        FEED = "feed", _("Feed")
        PAPER = "paper", _("Paper")

    class State(models.TextChoices):
        FINE = "fine", _("Fine")
        FAILING = "failing", _("Failing")
        QUIET = "quiet", _("Nothing new for a long time")
        UNREAD = "unread", _("Not read yet")

    kind = models.CharField(
        _("kind"),
        max_length=5,
        choices=Kind,
        default=Kind.FEED,
        db_default=Kind.FEED,
        editable=False,
    )
    url = models.CharField(_("address"), max_length=2000, unique=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    section = models.ForeignKey(
        Section,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("section"),
        help_text=_("Articles from this source are published in this section."),
    )
    # For a paper: the cursor up to which its wire was read; empty until the first reading is done.
    cursor = models.CharField(max_length=100, blank=True, default="", db_default="", editable=False)
    # For a paper: the path of the file with the token. The token itself is never stored.
    token_file = models.CharField(
        _("token file"), max_length=1000, blank=True, default="", db_default="", editable=False
    )
    # For a paper: take in everything that it ever published, not only its present and new articles.
    whole = models.BooleanField(
        _("with all earlier articles"), default=False, db_default=False, editable=False
    )
    # Validators of the server, sent back unchanged.
    etag = models.CharField(max_length=500, blank=True, editable=False)
    last_modified = models.CharField(max_length=500, blank=True, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    last_polled = models.DateTimeField(_("last polled"), null=True, editable=False)
    last_outcome = models.TextField(_("last outcome"), blank=True, editable=False)
    # The last outcome as a packed phrase, which can be shown in another language. Processes of the
    # previous release write only the text above.
    outcome = models.JSONField(
        default=list, db_default=Value([], models.JSONField()), editable=False
    )
    healthy = models.BooleanField(_("healthy"), default=True, editable=False)
    polling_until = models.DateTimeField(
        null=True, editable=False, help_text="The lock of a running poll expires at this time."
    )
    # None if it is polled only on request. The database sets it for sources that processes of the
    # previous release add.
    next_poll = models.DateTimeField(
        _("next poll"), null=True, default=timezone.now, db_default=Now(), editable=False
    )
    ttl = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Seconds for which the feed may be cached, as it says itself.",
    )
    failures = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False, help_text="The number of failed polls in a row."
    )
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title", "url"]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def is_file(self) -> bool:
        """Whether it is a local file, which only the command line reads."""
        return self.url.lower().startswith("file:")

    def outcome_in_words(self) -> str:
        """Return the outcome of the last poll in the active language."""
        phrase = Phrase.unpacked(self.outcome) if self.outcome else None
        return phrase.shown() if phrase == self.last_outcome else self.last_outcome


class SeenItemQuerySet(models.QuerySet["SeenItem"]):
    """Queries for items seen before."""

    def called(self, source: Source, stories: Sequence[Story]) -> "SeenItemQuerySet":
        """Return a source's items whose key, id or link may belong to one of these stories."""
        keys, ids, links = names_to_look_up(stories)
        named = Q(key__in=keys) | Q(id_alias__in=ids) | Q(link_alias__in=links)
        return self.filter(named, source=source).select_related("article")


class SeenItem(models.Model):
    """An item of a source, as it was when last seen.

    It stores hashes of the texts, never the texts: a retraction has nothing to remove here.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="seen")
    key = models.CharField(max_length=2200)
    # Other names of the item, see `identity`.
    id_alias = models.CharField(max_length=2048, blank=True)
    link_alias = models.CharField(max_length=2048, blank=True)
    fingerprint = models.JSONField(help_text="A hash of each text, by field.")
    published = models.DateTimeField(null=True)
    revisions = models.PositiveSmallIntegerField(default=0, help_text="Updates made by the feed.")
    article = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")
    first_seen = models.DateTimeField(default=timezone.now)
    last_seen = models.DateTimeField(default=timezone.now)

    objects = SeenItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("seen item")
        verbose_name_plural = _("seen items")
        indexes = [
            models.Index(fields=["source", "id_alias"], name="seen_item_by_id_alias"),
            models.Index(fields=["source", "link_alias"], name="seen_item_by_link_alias"),
            models.Index(fields=["source", "published"], name="seen_item_by_published"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="seen_item_once_a_source")
        ]

    def __str__(self) -> str:
        return self.key

    def as_known(self) -> Known:
        """Return the item as the value that `decide` takes."""
        return Known(
            key=self.key,
            fingerprint=self.fingerprint,
            id_alias=self.id_alias,
            link_alias=self.link_alias,
            published=self.published,
        )

    def count_revision(self) -> None:
        """Count one more change of the article by the feed, up to the column's maximum."""
        self.revisions = min(self.revisions + 1, MOST_REVISIONS)

    def is_as_remembered(self, story: Story, key: str) -> bool:
        """Return whether the stored item equals the present story, so nothing must be saved."""
        now = (key, story.published, id_alias(story), link_alias(story), dict(fingerprint(story)))
        return now == (
            self.key,
            self.published,
            self.id_alias,
            self.link_alias,
            self.fingerprint,
        )

    def remember(self, story: Story, key: str, now: datetime) -> None:
        """Save the item as it is now."""
        self.key, self.published, self.last_seen = key, story.published, now
        self.id_alias, self.link_alias = id_alias(story), link_alias(story)
        self.fingerprint = dict(fingerprint(story))
        self.save()
