"""An article's history: every saved change, with its text, time, author and note."""

from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .article import Article


class VersionQuerySet(models.QuerySet["Version"]):
    """Versions. Only the newsroom's verbs write them, and nothing else changes them."""

    def public(self) -> "VersionQuerySet":
        """Return the changes that readers have seen; the article's page lists them."""
        return self.filter(public=True)

    def comparable(self, article: Article) -> "VersionQuerySet":
        """Return the public versions of an article whose texts readers may compare.

        A retraction withdraws all texts up to its own version, even if the article is restored with
        another text. A story's retraction also withdraws the texts of its posts.
        """
        own = self.filter(article=article)
        retracted = own.filter(act=Version.Act.RETRACTION).values_list("version", flat=True)
        shown = own.public().filter(withdrawn=False, version__gt=retracted.first() or 0)
        taken = article.texts_taken_until
        return shown.filter(created__gt=taken) if taken else shown

    def update(self, **kwargs: Any) -> int:
        raise TypeError("A version is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A version is never deleted.")


class Version(models.Model):
    """One saved change of an article, with every field as it stood after it. Append-only."""

    class Act(models.TextChoices):
        CREATE = "create", _("Created")
        SAVE = "save", _("Saved")
        SUBMIT = "submit", _("Submitted")
        SEND_BACK = "send_back", _("Sent back")
        DISCARD = "discard", _("Discarded")
        REOPEN = "reopen", _("Taken up again")
        PUBLISH = "publish", _("Published")
        UPDATE = "update", _("Updated")
        CORRECTION = "correction", _("Correction")
        RETRACTION = "retraction", _("Retracted")
        RESTORE = "restore", _("Restored")
        WITHDRAW = "withdraw", _("Withdrew an older version")
        MOVE = "move", _("Moved to another story")
        PAUSE = "pause", _("Coverage paused")
        RESUME = "resume", _("Coverage resumed")
        CLOSE = "close", _("Coverage ended")

    # PROTECT: an article that was public cannot be deleted without a trace.
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="versions", verbose_name=_("article")
    )
    version = models.PositiveIntegerField(_("version"))
    act = models.CharField(_("act"), max_length=12, choices=Act)
    # Whether readers have seen the change. The default is also in the database, because processes
    # of the previous release write only public changes.
    public = models.BooleanField(default=False, db_default=True)
    note = models.CharField(_("note"), max_length=2000, blank=True)
    by = models.CharField(_("by"), max_length=150, blank=True)
    created = models.DateTimeField(_("created"))
    headline = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    body_format = models.CharField(max_length=8)
    # The other fields by name, as JSON can hold them: times in ISO 8601, a section by its slug.
    # Besides `responsible`, and of a post the number of its `story`.
    # Empty in versions from before this column.
    fields = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # Whether its texts were removed from here and from the log.
    withdrawn = models.BooleanField(default=False, db_default=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["article", "version"], name="newsroom_once_a_version")
        ]

    @property
    def responsible(self) -> str:
        """The user, token or feed responsible for a public version; empty if it is not public.

        It is the name of the version's author, or of the one who scheduled an article that the
        schedule has published.
        """
        return str(self.fields.get("responsible") or self.by) if self.public else ""

    def __str__(self) -> str:
        told = {"act": self.get_act_display(), "version": self.version}
        return gettext("%(act)s, version %(version)d") % told

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A version is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A version is never deleted.")
