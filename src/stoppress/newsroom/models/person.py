"""A person who writes articles."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .section import Section


class Person(models.Model):
    """An author of articles, who may also be a user; with a page and a stream, named by the slug.

    Readers see an article's byline, which is text; its authors are the people whom it means.
    """

    slug = models.CharField(
        _("slug"),
        max_length=56,
        unique=True,
        validators=[
            RegexValidator(rf"\A{Section.SLUG}\Z", _("Use a–z, 0–9 and hyphens, 56 at most."))
        ],
        help_text=_("Part of the person's address. It can never be changed."),
    )
    name = models.CharField(_("name"), max_length=100)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
        verbose_name=_("user"),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("newsroom:author", args=[self.slug])

    @property
    def stream(self) -> str:
        return f"author:{self.slug}"
