"""Notes between editors."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stoppress.newsroom.times import in_words

from .article import Article


class Note(models.Model):
    """A remark about an article, for editors. It is never public."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="notes", verbose_name=_("article")
    )
    by = models.CharField(_("by"), max_length=150, blank=True, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    text = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"{self.by}, {in_words(self.created)}"
