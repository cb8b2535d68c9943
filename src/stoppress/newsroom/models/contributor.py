"""The users who write one article."""

from django.conf import settings
from django.db import models

from .article import Article


class Contributor(models.Model):
    """A user who may work on one article as on one of their own: its creator is the first."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="contributors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contributions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="newsroom_once_a_contributor")
        ]

    def __str__(self) -> str:
        # Without the headline: Django also shows this to those who delete users.
        return f"{self.user} of article {self.article_id}"
