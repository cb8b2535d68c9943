"""A section of the paper."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

TONES = 6  # --section-1 to --section-6 in paper/tokens.css


class Section(models.Model):
    """A part of the paper, with its own page and stream, both named by its slug."""

    SLUG = r"[a-z0-9-]{1,56}"  # with "section:", a stream's name has at most 64 characters

    slug = models.CharField(
        _("slug"),
        max_length=56,
        unique=True,
        validators=[RegexValidator(rf"\A{SLUG}\Z", _("Use a–z, 0–9 and hyphens, 56 at most."))],
        help_text=_(
            "Part of the section's address and its stream's name. It can never be changed."
        ),
    )
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=0,
        help_text=_("Position in the navigation; small numbers come first."),
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("newsroom:section", args=[self.slug])

    @property
    def tone(self) -> int:
        """The number of its colour in the style sheet, given in turn and never changed."""

        return (self.pk - 1) % TONES + 1

    @property
    def stream(self) -> str:
        return f"section:{self.slug}"
