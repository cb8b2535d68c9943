"""The requests that were carried out, so that a repeated request has no second effect.

In this module `whose` is a text that identifies a key's sender, such as the number of a token.
"""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from .article import Article
from .token import digest_of

KEEP = timedelta(hours=48)


class IdempotencyKey(models.Model):
    """The article that the request with this key made or changed.

    The key comes from an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07) or
    from a form in the admin.
    """

    # A hash of sender and key, so that no sender can use or guess the keys of another.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    def __str__(self) -> str:
        return f"{self.digest[:12]} → {self.article_id}"

    @classmethod
    def of(cls, whose: str, key: str) -> Self | None:
        """Return the record of a sender's key; None if there is none from the last 48 hours."""
        digest = key_digest(whose, key)
        return cls.objects.filter(digest=digest, created__gte=Now() - KEEP).first()

    @classmethod
    def remember(cls, whose: str, key: str, fingerprint: str, article: Article) -> None:
        """Record a sender's key with the article that its request made or changed.

        Raises:
            IntegrityError: another request with the key was first.
        """
        cls.trim()
        digest = key_digest(whose, key)
        cls.objects.create(digest=digest, fingerprint=fingerprint, article=article, created=Now())

    @classmethod
    def trim(cls) -> None:
        """Delete the keys older than 48 hours."""
        cls.objects.filter(created__lt=Now() - KEEP).delete()


def key_digest(whose: str, key: str) -> str:
    """Return the hash of a key that the database stores."""
    return digest_of(f"{whose}:{key}")
