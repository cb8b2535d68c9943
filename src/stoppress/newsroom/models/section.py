"""A section of the paper."""

from django.core.validators import RegexValidator
from django.db import models


class Section(models.Model):
    """A part of the paper with a page and a stream of its own, named by its slug."""

    SLUG = r"[a-z0-9-]{1,56}"  # with "section:" before it, a stream's name stays within 64

    slug = models.CharField(
        max_length=56,
        unique=True,
        validators=[RegexValidator(rf"\A{SLUG}\Z", "Use a–z, 0–9 and hyphens, 56 at most.")],
        help_text="Part of the section's address and of its stream's name: it never changes.",
    )
    name = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Its place in the navigation; small numbers stand first."
    )

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/section/{self.slug}/"

    @property
    def stream(self) -> str:
        return f"section:{self.slug}"
