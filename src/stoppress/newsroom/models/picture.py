"""A picture, and the articles that use it."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .article import Article
from .token import ApiToken

ALT_CHARS, CAPTION_CHARS, CREDIT_CHARS = 500, 1000, 200
DIGEST_SHOWN = 16  # hexadecimal digits of the digest in an address


def new_folder() -> str:
    """Return a unique name for the folder of a picture's files."""
    return uuid.uuid4().hex


class PictureQuerySet(models.QuerySet["Picture"]):
    """Pictures. `public()` alone decides which of them readers may see."""

    def public(self) -> "PictureQuerySet":
        """Return the pictures that a public article uses."""
        uses = PictureUse.objects.filter(picture=OuterRef("pk"))
        return self.filter(Exists(uses.filter(article__in=Article.objects.public())))

    def with_uses(self) -> "PictureQuerySet":
        """Return the pictures with `used`, the number of articles and posts that use each, and
        `withdrawn`: whether at least one uses it and the text of all of them was withdrawn.
        """
        uses = PictureUse.objects.filter(picture=OuterRef("pk"))
        told = uses.filter(article__in=Article.objects.not_withdrawn())
        return self.annotate(used=Count("uses"), withdrawn=Exists(uses) & ~Exists(told))


class Picture(models.Model):
    """An uploaded picture. Its files are encoded anew, without the upload's metadata.

    Only `publishing.pictures` writes it.
    """

    digest = models.CharField(_("digest"), max_length=64, editable=False, db_index=True)
    # The folder of its files, which `file_name` names.
    folder = models.CharField(max_length=32, unique=True, default=new_folder, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    # Its files: `{"width", "height", "format", "bytes"}`, the format `webp` or `jpg`, the smallest
    # first.
    renditions = models.JSONField(default=list, editable=False)
    alt = models.CharField(
        _("alternative text"),
        max_length=ALT_CHARS,
        blank=True,
        help_text=_("A description of the picture for readers who cannot see it."),
    )
    caption = models.CharField(_("caption"), max_length=CAPTION_CHARS, blank=True)
    credit = models.CharField(
        _("credit"), max_length=CREDIT_CHARS, blank=True, help_text=_("The author of the picture.")
    )
    # The point that stays visible where a page shows a part, in percent from the left and the top.
    focus_x = models.PositiveSmallIntegerField(_("focus, from the left"), default=50)
    focus_y = models.PositiveSmallIntegerField(_("focus, from the top"), default=50)
    uploaded = models.DateTimeField(_("uploaded"), editable=False)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="pictures",
        verbose_name=_("uploader"),
    )
    token = models.ForeignKey(
        ApiToken,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="pictures",
        verbose_name=_("API token"),
    )
    # The name of the user or token at the time of the upload.
    by = models.CharField(_("by"), max_length=150, blank=True, editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        # The rights on pictures follow from the rights on articles; see `picture_rights`.
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.alt or self.caption or str(self.pk)

    @property
    def reference(self) -> str:
        """The address by which a text names it."""
        return f"picture:{self.pk}"

    def file_name(self, rendition: dict[str, Any]) -> str:
        """Return the name of a rendition's file in the storage."""
        return f"pictures/{self.folder}/{rendition['width']}.{rendition['format']}"

    def file_names(self) -> list[str]:
        return [self.file_name(rendition) for rendition in self.renditions]

    def address(self, rendition: dict[str, Any]) -> str:
        """Return the address of a rendition. It changes with the content."""
        digest = self.digest[:DIGEST_SHOWN]
        where = [self.pk, digest, rendition["width"], rendition["format"]]
        return reverse("newsroom:picture", args=where)


class PictureUse(models.Model):
    """An article whose present text or lead picture uses this picture."""

    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="uses")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="picture_uses")

    class Meta:
        verbose_name = _("use of a picture")
        verbose_name_plural = _("uses of pictures")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["picture", "article"], name="newsroom_once_a_use")
        ]

    def __str__(self) -> str:
        return f"{self.picture_id} in {self.article_id}"
