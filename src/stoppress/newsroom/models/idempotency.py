"""Requests already carried out, so that a repeated one does nothing a second time.

Whose a key is, is said by a text: a token's number, or what names another sender.
"""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from .article import Article
from .token import digest_of

KEEP = timedelta(hours=48)


class IdempotencyKey(models.Model):
    """What became of the request that carried a key: an `Idempotency-Key`, or a form's.

    Source: draft-ietf-httpapi-idempotency-key-header-07.
    """

    # A hash over sender and key: one sender can neither hit nor probe the keys of another.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    def __str__(self) -> str:
        return f"{self.digest[:12]} → {self.article_id}"

    @classmethod
    def of(cls, whose: str, key: str) -> Self | None:
        """Return what is remembered of a sender's key, if it is not older than 48 hours."""
        since = timezone.now() - KEEP
        return cls.objects.filter(digest=key_digest(whose, key), created__gte=since).first()

    @classmethod
    def remember(cls, whose: str, key: str, fingerprint: str, article: Article) -> None:
        """Tie a sender's key to the article that its request made or changed.

        Raises:
            IntegrityError: another request with the key was first.
        """
        cls.trim()
        cls.objects.create(digest=key_digest(whose, key), fingerprint=fingerprint, article=article)

    @classmethod
    def trim(cls) -> None:
        """Forget the keys older than 48 hours."""
        cls.objects.filter(created__lt=timezone.now() - KEEP).delete()


def key_digest(whose: str, key: str) -> str:
    """Return what the database keeps of a key."""
    return digest_of(f"{whose}:{key}")
