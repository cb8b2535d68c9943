"""Users who write an article."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .article import Article


class Contributor(models.Model):
    """A user who may work on an article as their own. The first one is its creator."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="contributors", verbose_name=_("article")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="contributions",
        verbose_name=_("user"),
    )

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="newsroom_once_a_contributor")
        ]

    def __str__(self) -> str:
        # Without the headline, because Django also shows this to people who delete users.
        told = {"user": self.user, "number": self.article_id}
        return gettext("%(user)s of article %(number)s") % told
