"""Tokens that let programs use the publish API."""

import hashlib
import secrets
from contextlib import suppress
from datetime import timedelta
from typing import Self

from django.db import OperationalError, models
from django.utils import timezone

# A fixed beginning lets secret scanners, and people with grep, find a leaked token.
PREFIX = "sp_"
ENTROPY_BYTES = 32
NAME_CHARS = 100
NOTE_USE_EVERY = timedelta(minutes=1)


class ApiToken(models.Model):
    """A program's right to publish. Its secret is shown once and kept only as a hash."""

    name = models.CharField(max_length=NAME_CHARS, unique=True, help_text="signs what it publishes")
    # SHA-256 without salt or stretching: 256 random bits cannot be guessed from their hash,
    # and finding the row by its hash leaves no comparison whose duration could tell anything.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    last_used = models.DateTimeField(null=True, blank=True, editable=False)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, name: str) -> tuple[Self, str]:
        """Make a token; return it with its secret, which cannot be had again.

        Raises:
            IntegrityError: there is a token of this name.
            ValueError: the name is no single line of 1 to 100 visible characters.
        """
        check_name(name)
        secret = new_secret()
        return cls.objects.create(name=name, digest=digest_of(secret)), secret

    @classmethod
    def holding(cls, secret: str) -> Self | None:
        """Return the token whose secret this is, unless it was revoked, and note its use."""
        token = cls.objects.filter(digest=digest_of(secret), revoked__isnull=True).first()
        if token is not None:
            token.note_use()
        return token

    def renew(self) -> str:
        """Give the token a new secret and return it; the old one stops working."""
        secret = new_secret()
        self.digest, self.created = digest_of(secret), timezone.now()
        self.last_used = self.revoked = None
        self.save()
        return secret

    def revoke(self) -> None:
        """Make the token worthless from now on."""
        self.revoked = timezone.now()
        self.save(update_fields=["revoked"])

    def note_use(self) -> None:
        """Write down that the token is in use; once a minute, so that few reads cost a write."""
        now = timezone.now()
        if self.last_used is None or self.last_used < now - NOTE_USE_EVERY:
            # A database that is busy for long must not fail a call over its bookkeeping.
            with suppress(OperationalError):
                type(self).objects.filter(pk=self.pk).update(last_used=now)
            self.last_used = now


def check_name(name: str) -> None:
    """Refuse a name that is no single line of 1 to 100 visible characters.

    Raises:
        ValueError.
    """
    if not (0 < len(name) <= NAME_CHARS and name.isprintable() and name == name.strip()):
        raise ValueError(f"A token's name is one line of 1 to {NAME_CHARS} characters.")


def new_secret() -> str:
    """Return a fresh token of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(ENTROPY_BYTES)


def digest_of(secret: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()
