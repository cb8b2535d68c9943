"""What a user has chosen for himself."""

from django.conf import settings
from django.db import models


class Preferences(models.Model):
    """A user's own settings. Who has none has the site's."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="preferences",
    )
    time_zone = models.CharField(
        max_length=64, blank=True, help_text="Such as Europe/Berlin. Empty: the site's."
    )

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.user}"
