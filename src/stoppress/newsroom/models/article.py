"""The article. Its fields have the names of IPTC ninjs 3.1."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stoppress.live.clock import has_clock
from stoppress.newsroom.language import MAX_CHARS, site_language

from .article_choices import BodyFormat, DeskState, Kind, PubStatus
from .article_table import CONSTRAINTS, INDEXES, PERMISSIONS
from .person import Person
from .section import Section
from .source_type import MACHINE_MADE, SourceType
from .topic import Topic


def new_uri() -> str:
    """Return a unique name for a new article."""
    return uuid.uuid4().urn


class ArticleQuerySet(models.QuerySet["Article"]):
    """Articles. `public()` alone decides what readers may see."""

    def public(self, now: datetime | None = None) -> "ArticleQuerySet":
        """Return the articles that readers may see: usable, published, and not under embargo.

        A post's story must be public too.

        Args:
            now: the database's own time by default.
        """
        # SQLite's own time has milliseconds: what has just been told would not be public yet.
        until = now or (Now() if has_clock(self.db) else timezone.now())
        parents = Article.objects.filter(pk=OuterRef("parent_id"))._opened(until)
        return self._opened(until).filter(Q(parent=None) | Exists(parents))

    def _opened(self, until: datetime | Now) -> "ArticleQuerySet":
        return self.filter(
            Q(embargoed_until=None) | Q(embargoed_until__lte=until),
            pub_status=Article.PubStatus.USABLE,
            first_published__isnull=False,
        )

    def without_posts(self) -> "ArticleQuerySet":
        """Return the articles that stand in lists by themselves; posts stand in their story."""
        return self.filter(parent=None)

    def without_discarded(self) -> "ArticleQuerySet":
        """Return all but the discarded drafts."""
        discarded = Article.DeskState.DISCARDED
        return self.exclude(pub_status=Article.PubStatus.WITHHELD, desk_state=discarded)

    def due(self, now: datetime) -> "ArticleQuerySet":
        """Return the drafts that the schedule must publish now, the earliest first."""
        return (
            self.filter(
                Q(embargoed_until=None) | Q(embargoed_until__lte=now),
                Q(publish_retry=None) | Q(publish_retry__lte=now),
                pub_status=Article.PubStatus.WITHHELD,
                publish_at__lte=now,
            )
            .exclude(desk_state=Article.DeskState.DISCARDED)
            .order_by("publish_at", "pk")
        )

    def breaking_news(self) -> "ArticleQuerySet":
        """Return the public articles that are breaking news, the newest first."""
        return self.public().filter(breaking=True).order_by("-place")

    def without_place(self) -> "ArticleQuerySet":
        """Return the articles that a process of the previous release has published."""
        return self.filter(order__isnull=False, place__isnull=True)

    def misranked(self) -> "ArticleQuerySet":
        """Return the articles whose rank is not by their fields; the clock may lower others."""
        pinned = Q(pinned=True, rank__lt=3) | Q(pinned=False, rank=3)
        urgent = Q(urgency=1, breaking=False, top_until=None) | Q(urgency__gt=1, breaking=True)
        return self.filter(pinned | urgent, place__isnull=False).order_by("pk")

    def outranked(self, now: datetime) -> "ArticleQuerySet":
        """Return the public articles whose time at the top is over, the earliest first."""
        shown = self.filter(pub_status=Article.PubStatus.USABLE)
        return shown.filter(rank_until__lte=now).order_by("rank_until", "pk")


class Article(models.Model):
    """A story with its text and state.

    It is not a LiveModel: `save()` sends no event. Only `stoppress.newsroom.publishing` writes it.
    """

    PubStatus, Kind, DeskState, BodyFormat = PubStatus, Kind, DeskState, BodyFormat

    uri = models.CharField(_("uri"), max_length=500, unique=True, default=new_uri, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    # The last version that an editor made. Later ones only have a new name of the section, so an
    # editor who has read this version or a later one knows the present article.
    edited_version = models.PositiveIntegerField(default=1, editable=False)
    version_created = models.DateTimeField(
        _("version created"), default=timezone.now, editable=False
    )
    first_created = models.DateTimeField(_("first created"), default=timezone.now, editable=False)
    first_published = models.DateTimeField(_("first published"), null=True, editable=False)
    # The article's position in lists: `place` below `rank`, as `publishing.place` makes them.
    # `place` is the time of first_published, moved by milliseconds until no other article has it.
    place = models.CharField(max_length=24, null=True, editable=False)
    rank = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    order = models.CharField(max_length=26, unique=True, null=True, editable=False)
    # It has urgency 1, and its time is not over.
    breaking = models.BooleanField(_("breaking"), default=False, db_default=False, editable=False)
    # When the rank, or being breaking news, ends; None if nothing of it ends by itself.
    rank_until = models.DateTimeField(null=True, editable=False)

    kind = models.CharField(
        _("kind"),
        max_length=7,
        choices=Kind,
        default=Kind.ARTICLE,
        db_default=Kind.ARTICLE,
        editable=False,
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="posts",
        help_text=_("The story of a post."),
        verbose_name=_("parent"),
    )

    headline = models.CharField(_("headline"), max_length=300)
    slugline = models.CharField(
        _("slugline"), max_length=100, blank=True, help_text=_("The desk's short name.")
    )
    summary = models.TextField(_("summary"), max_length=2000, blank=True)
    body = models.TextField(_("body"), max_length=200_000, blank=True)
    body_format = models.CharField(
        _("body format"), max_length=8, choices=BodyFormat, default=BodyFormat.MARKDOWN
    )
    # The verbs make it from the body, so that no reader waits for it.
    body_tree = models.JSONField(default=list, editable=False)
    byline = models.CharField(_("byline"), max_length=200, blank=True)
    located = models.CharField(
        _("located"), max_length=100, blank=True, help_text=_("The dateline's place.")
    )
    section = models.ForeignKey(
        Section,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles",
        verbose_name=_("section"),
    )
    topics = models.ManyToManyField(
        Topic, blank=True, related_name="articles", verbose_name=_("topics")
    )
    authors = models.ManyToManyField(
        Person, blank=True, related_name="articles", verbose_name=_("authors")
    )
    language = models.CharField(
        _("language"),
        max_length=MAX_CHARS,
        default=site_language,
        help_text=_("The language of headline and text: a BCP 47 tag such as en or pt-BR."),
    )

    pub_status = models.CharField(
        _("pub status"), max_length=8, choices=PubStatus, default=PubStatus.WITHHELD, editable=False
    )
    desk_state = models.CharField(
        _("desk state"),
        max_length=9,
        choices=DeskState,
        default=DeskState.DRAFT,
        db_default=DeskState.DRAFT,
        editable=False,
    )
    urgency = models.PositiveSmallIntegerField(
        _("urgency"), default=5, help_text=_("1 (breaking) to 9.")
    )
    pinned = models.BooleanField(
        _("pinned"), default=False, help_text=_("Stands above all others until it is unpinned.")
    )
    top_until = models.DateTimeField(
        _("top until"),
        null=True,
        blank=True,
        help_text=_("Until this time an article of urgency 1 to 3 stands above the others."),
    )
    publish_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        help_text=_("The draft is published automatically at this time."),
    )
    # Why the schedule could not publish the draft, and when it will try again.
    publish_failed = models.CharField(
        _("publish failed"), max_length=500, blank=True, editable=False
    )
    publish_retry = models.DateTimeField(_("publish retry"), null=True, editable=False)
    embargoed_until = models.DateTimeField(
        _("embargoed until"),
        null=True,
        blank=True,
        help_text=_("Nobody can publish the article before this time."),
    )
    expires = models.DateTimeField(
        _("expires"),
        null=True,
        blank=True,
        help_text=_("For the desk only: it takes no article down."),
    )
    ed_note = models.TextField(
        _("ed note"), max_length=2000, blank=True, help_text=_("Never public.")
    )

    # The latest correction, stored here so that a list of articles takes one query.
    correction_text = models.CharField(
        _("correction text"), max_length=2000, blank=True, editable=False
    )
    correction_date = models.DateTimeField(_("correction date"), null=True, editable=False)
    retraction_note = models.CharField(
        _("retraction note"), max_length=2000, blank=True, editable=False
    )

    source_type = models.CharField(
        _("how it was made"),
        max_length=10,
        choices=SourceType,
        blank=True,
        default="",
        db_default="",
        help_text=_("Readers are told of a machine’s text that no editor has reviewed."),
    )
    # The name of the user who has reviewed a machine's text as it stands.
    reviewed_by = models.CharField(
        _("review"), max_length=254, blank=True, default="", db_default=""
    )

    source = models.CharField(_("source"), max_length=120, blank=True)
    external_id = models.CharField(_("external id"), max_length=500, blank=True)
    original_url = models.CharField(_("original url"), max_length=2000, blank=True)
    copyright_holder = models.CharField(_("copyright holder"), max_length=200, blank=True)
    copyright_notice = models.CharField(_("copyright notice"), max_length=500, blank=True)
    usage_terms = models.CharField(_("usage terms"), max_length=2000, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = [models.F("order").desc(nulls_first=True), "-pk"]
        permissions = list(PERMISSIONS)
        indexes = INDEXES
        constraints = CONSTRAINTS

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        # Without the headline, because an address outlives a retraction.
        return reverse("newsroom:article", args=[self.pk])

    @property
    def key(self) -> str:
        return f"article:{self.pk}"

    @property
    def stream(self) -> str:
        return f"story:{self.pk}"

    @property
    def is_post(self) -> bool:
        return self.kind == self.Kind.POST

    @property
    def is_draft(self) -> bool:
        return self.pub_status == self.PubStatus.WITHHELD

    @property
    def is_discarded(self) -> bool:
        return self.is_draft and self.desk_state == self.DeskState.DISCARDED

    @property
    def is_public(self) -> bool:
        return self.pub_status == self.PubStatus.USABLE

    @property
    def is_retracted(self) -> bool:
        return self.pub_status == self.PubStatus.CANCELED

    @property
    def is_machine_made(self) -> bool:
        """Whether a machine has written or translated the text, or a part of it."""
        return self.source_type in MACHINE_MADE

    @property
    def opens_at(self) -> datetime | None:
        """The time when schedule and embargo are both over; None if the article has neither."""
        return max(filter(None, (self.publish_at, self.embargoed_until)), default=None)
