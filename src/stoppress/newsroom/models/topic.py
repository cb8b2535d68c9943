"""A topic: a subject of articles from several sections."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .section import Section


class Topic(models.Model):
    """A subject of articles, with its own page and stream, both named by its slug."""

    SLUG = Section.SLUG

    slug = models.CharField(
        _("slug"),
        max_length=56,
        unique=True,
        validators=[RegexValidator(rf"\A{SLUG}\Z", _("Use a–z, 0–9 and hyphens, 56 at most."))],
        help_text=_("Part of the topic's address and its stream's name. It can never be changed."),
    )
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("newsroom:topic", args=[self.slug])

    @property
    def stream(self) -> str:
        return f"topic:{self.slug}"
