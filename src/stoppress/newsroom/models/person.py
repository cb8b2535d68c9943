"""A person who writes."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from .section import Section


class Person(models.Model):
    """An author of articles, who may also be a user.

    Readers see an article's byline, which is text; its authors say who is meant.
    """

    slug = models.CharField(
        max_length=56,
        unique=True,
        validators=[
            RegexValidator(rf"\A{Section.SLUG}\Z", "Use a–z, 0–9 and hyphens, 56 at most.")
        ],
        help_text="Part of the person's address. It can never be changed.",
    )
    name = models.CharField(max_length=100)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name
