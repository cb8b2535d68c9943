"""Unsaved text of a user."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article


class WorkingCopy(models.Model):
    """A user's unsaved text of an article, or of one that does not exist yet.

    It makes no event and no version. Nobody but its user may read it.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="working_copies"
    )
    article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.CASCADE, related_name="working_copies"
    )
    base = models.PositiveIntegerField(
        null=True, help_text=_("The version of the article that the user's changes are based on.")
    )
    fields = models.JSONField(default=dict, help_text=_("The changed fields, by name."))
    saved = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        ordering = ["-saved"]

    def __str__(self) -> str:
        return str(self.uuid)
