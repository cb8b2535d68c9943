"""The forms and requests that were carried out, so that a repeated one has no second effect.

In this module `whose` is a text that identifies a key's sender, such as the number of a token.
"""

from datetime import timedelta
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from .article import Article
from .token import digest_of

KEEP = timedelta(hours=48)


class IdempotencyKey(models.Model):
    """The object that the form or request with this key made or changed.

    The key comes from an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07) or
    from a form in the admin.
    """

    # A hash of sender and key, so that no sender can use or guess the keys of another.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    # The object, such as `newsroom.section:3`. No foreign key, since it can be of any model.
    # Processes of the previous release leave it empty.
    made = models.CharField(max_length=200, default="", db_default="", editable=False)
    # The article that was made, changed or noted; the previous release has only this column.
    article = models.ForeignKey(Article, null=True, on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    def __str__(self) -> str:
        return f"{self.digest[:12]} → {self.made or self.article_id}"

    @classmethod
    def of(cls, whose: str, key: str) -> Self | None:
        """Return the record of a sender's key; None if there is none from the last 48 hours.

        Also None if the object was deleted since.
        """
        known = cls.objects.filter(digest=key_digest(whose, key), created__gte=Now() - KEEP).first()
        return known if known is not None and known.found() is not None else None

    def found(self) -> models.Model | None:
        """Return the object; None if it was deleted."""
        if not self.made:
            return self.article
        label, _, pk = self.made.partition(":")
        rows: models.QuerySet[models.Model] = apps.get_model(label)._base_manager.filter(pk=pk)
        return rows.first()

    @classmethod
    def remember(cls, whose: str, key: str, fingerprint: str, made: models.Model) -> None:
        """Record a sender's key with the object that its request made or changed.

        Raises:
            IntegrityError: another request with the key was first.
        """
        cls.trim()
        digest = key_digest(whose, key)
        before = cls.objects.filter(digest=digest).first()
        if before is not None and before.found() is None:
            before.delete()
        article = made if isinstance(made, Article) else getattr(made, "article", None)
        cls.objects.create(
            digest=digest,
            fingerprint=fingerprint,
            made=f"{made._meta.label_lower}:{made.pk}",
            article=article,
            created=Now(),
        )

    @classmethod
    def trim(cls) -> None:
        """Delete the keys older than 48 hours."""
        cls.objects.filter(created__lt=Now() - KEEP).delete()


def key_digest(whose: str, key: str) -> str:
    """Return the hash of a key that the database stores."""
    return digest_of(f"{whose}:{key}")
