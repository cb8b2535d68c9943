"""The article. Its fields have the names of IPTC ninjs 3.1."""

import uuid
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stoppress.newsroom.language import MAX_CHARS, site_language

from .article_choices import BodyFormat, Coverage, DeskState, Kind, PubStatus
from .article_queries import ArticleQueries
from .article_table import CONSTRAINTS, INDEXES, PERMISSIONS
from .person import Person
from .section import Section
from .source_type import MACHINE_MADE, SourceType
from .topic import Topic


def new_uri() -> str:
    """Return a unique name for a new article."""
    return uuid.uuid4().urn


class ArticleQuerySet(ArticleQueries["Article"]):
    """Articles. `public()` alone decides what readers may see."""


class Article(models.Model):
    """A story with its text and state.

    It is not a LiveModel: `save()` sends no event. Only `stoppress.newsroom.publishing` writes it.
    """

    PubStatus, Kind, DeskState, BodyFormat = PubStatus, Kind, DeskState, BodyFormat
    Coverage = Coverage

    uri = models.CharField(_("uri"), max_length=500, unique=True, default=new_uri, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    # The last version that an editor made. Later versions only have a new name of the section, so
    # an editor who has read this version or a later one knows the present article.
    edited_version = models.PositiveIntegerField(default=1, editable=False)
    version_created = models.DateTimeField(
        _("version created"), default=timezone.now, editable=False
    )
    first_created = models.DateTimeField(_("first created"), default=timezone.now, editable=False)
    first_published = models.DateTimeField(_("first published"), null=True, editable=False)
    # The article's position in lists: `place` below `rank`, as `publishing.place` makes them.
    # `place` is the time of first_published, moved by milliseconds until no other article has it;
    # of a post, no other post. Between rank and place, a post's order has `occurred`.
    place = models.CharField(max_length=24, null=True, editable=False)
    rank = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    order = models.CharField(max_length=60, unique=True, null=True, editable=False)
    # Whether it has urgency 1 and its time is not over.
    breaking = models.BooleanField(_("breaking"), default=False, db_default=False, editable=False)
    # The time when the rank or the state as breaking news ends; None if neither ends automatically.
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
        help_text=_("The live story that the post belongs to."),
        verbose_name=_("parent"),
    )

    occurred = models.DateTimeField(
        _("occurred"),
        null=True,
        blank=True,
        help_text=_("When it happened; the time of publication if empty. Posts are sorted by it."),
    )
    key_event = models.BooleanField(
        _("key event"),
        default=False,
        db_default=False,
        help_text=_("The post is listed among the key events of its story, and on the front page."),
    )
    coverage = models.CharField(
        _("coverage"),
        max_length=6,
        choices=Coverage,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    coverage_started = models.DateTimeField(_("coverage started"), null=True, editable=False)
    coverage_changed = models.DateTimeField(_("coverage changed"), null=True, editable=False)
    # The time of the latest change for readers of a public live story or of one of its posts.
    latest_change = models.DateTimeField(null=True, editable=False)
    # The time of the last retraction of a live story; for a moved post, of a story that it left.
    # Readers may not see texts from before that time.
    taken_until = models.DateTimeField(null=True, editable=False)
    quiet_hours = models.PositiveSmallIntegerField(
        _("quiet hours"),
        null=True,
        blank=True,
        help_text=_("The live story ends automatically after this many hours without a change."),
    )

    headline = models.CharField(_("headline"), max_length=300, blank=True)
    slugline = models.CharField(
        _("slugline"), max_length=100, blank=True, help_text=_("A short name for the desk.")
    )
    summary = models.TextField(_("summary"), max_length=2000, blank=True)
    body = models.TextField(_("body"), max_length=200_000, blank=True)
    body_format = models.CharField(
        _("body format"), max_length=8, choices=BodyFormat, default=BodyFormat.MARKDOWN
    )
    # The verbs make it from the body, so that the body is not parsed again for each reader.
    body_tree = models.JSONField(default=list, editable=False)
    byline = models.CharField(_("byline"), max_length=200, blank=True)
    located = models.CharField(
        _("located"), max_length=100, blank=True, help_text=_("The place in the dateline.")
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
    image = models.ForeignKey(
        "newsroom.Picture",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leads",
        verbose_name=_("lead picture"),
    )
    # All its pictures: the lead picture and those in its text. The verbs keep the rows up to date.
    pictures = models.ManyToManyField(
        "newsroom.Picture",
        through="newsroom.PictureUse",
        related_name="articles",
        editable=False,
        verbose_name=_("pictures"),
    )
    language = models.CharField(
        _("language"),
        max_length=MAX_CHARS,
        default=site_language,
        help_text=_("The language of headline and text: a BCP 47 tag such as en or pt-BR."),
    )

    pub_status = models.CharField(
        _("publication status"),
        max_length=8,
        choices=PubStatus,
        default=PubStatus.WITHHELD,
        editable=False,
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
        _("pinned"), default=False, help_text=_("Shown above all others until it is unpinned.")
    )
    top_until = models.DateTimeField(
        _("top until"),
        null=True,
        blank=True,
        help_text=_("Until this time, an article of urgency 1 to 3 is shown above the others."),
    )
    publish_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        help_text=_("The draft is published automatically at this time."),
    )
    # The reason why the schedule could not publish the draft, and the time of the next try.
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
        help_text=_("For the desk only: the article is not taken down at this time."),
    )
    ed_note = models.TextField(
        _("editorial note"), max_length=2000, blank=True, help_text=_("Never public.")
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
        help_text=_("Readers see a label on a machine’s text that no editor has reviewed."),
    )
    # The name of the user who has reviewed the present text of a machine.
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
        return self.headline or gettext("Post %(number)s") % {"number": self.pk}

    def get_absolute_url(self) -> str:
        # Without the headline, because an address outlives a retraction.
        if self.is_post:
            return reverse("newsroom:post", args=[self.parent_id, self.pk])
        return reverse("newsroom:article", args=[self.pk])

    @property
    def key(self) -> str:
        return f"post:{self.pk}" if self.is_post else f"article:{self.pk}"

    @property
    def stream(self) -> str:
        """The name of the stream that has its text."""
        return f"posts:{self.parent_id}" if self.is_post else f"story:{self.pk}"

    @property
    def keys_stream(self) -> str:
        return f"keys:{self.pk}"

    @property
    def coverage_stream(self) -> str:
        return f"coverage:{self.pk}"

    @property
    def streams_of_posts(self) -> tuple[str, ...]:
        """The names of the streams of a live story's posts, key events and coverage."""
        return (f"posts:{self.pk}", self.keys_stream, self.coverage_stream)

    @property
    def retraction_key(self) -> str:
        """The key of the note that replaces a retracted post."""
        return f"retraction:{self.pk}"

    @property
    def is_live(self) -> bool:
        """Whether it is a live story, which has posts."""
        return self.kind == self.Kind.LIVE

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
    def is_withdrawn(self) -> bool:
        """Whether its text was withdrawn: the article, or the story of the post, is retracted.

        A draft was never public, so nothing of it was withdrawn with its story.
        """
        story = self.parent
        of_retracted = story is not None and story.is_retracted and not self.is_draft
        return self.is_retracted or of_retracted

    @property
    def is_machine_made(self) -> bool:
        """Whether a machine has written or translated the text, or a part of it."""
        return self.source_type in MACHINE_MADE

    @property
    def texts_taken_until(self) -> datetime | None:
        """The time of the last retraction of its story; readers see no older texts. None: never."""
        by_story = self.parent.taken_until if self.parent else None
        return max(filter(None, (self.taken_until, by_story)), default=None)

    @property
    def opens_at(self) -> datetime | None:
        """The time when schedule and embargo are both over; None if the article has neither."""
        return max(filter(None, (self.publish_at, self.embargoed_until)), default=None)
