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
LONGEST_DAYS = 36_500


class Scope(models.TextChoices):
    """What a token may do. Each may what stands before it, too: an answer to who writes has the
    article in it, so that a right to write without one to read would be a right in name only."""

    READ = "read", "Read, drafts included"
    WRITE = "write", "Write drafts"
    PUBLISH = "publish", "Publish"

    def includes(self, other: "Scope") -> bool:
        """Return whether who has this scope may what needs another."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


class ApiToken(models.Model):
    """A program's right to the publish API. Its secret is shown once and kept only as a hash."""

    name = models.CharField(max_length=NAME_CHARS, unique=True, help_text="signs what it publishes")
    # SHA-256 without salt or stretching: 256 random bits cannot be guessed from their hash,
    # and finding the row by its hash leaves no comparison whose duration could tell anything.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # With a default in the database too: the release before this one makes tokens without it,
    # and those may what its tokens may.
    scope = models.CharField(
        max_length=20,
        choices=Scope.choices,
        default=Scope.PUBLISH,
        db_default=Scope.PUBLISH,
        help_text="each may what stands before it, too",
    )
    created = models.DateTimeField(default=timezone.now, editable=False)
    expires = models.DateTimeField(null=True, blank=True, editable=False)
    last_used = models.DateTimeField(null=True, blank=True, editable=False)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(
        cls, name: str, scope: Scope = Scope.PUBLISH, lasts: timedelta | None = None
    ) -> tuple[Self, str]:
        """Make a token; return it with its secret, which cannot be had again.

        Args:
            lasts: after which it expires; None: never.

        Raises:
            IntegrityError: there is a token of this name.
            ValueError: the name is no single line of 1 to 100 visible characters.
        """
        check_name(name)
        token = cls(name=name, scope=scope)
        secret = token._begin_anew(lasts)
        token.save(force_insert=True)
        return token, secret

    @classmethod
    def issued(cls, secret: str) -> Self | None:
        """Return the token whose secret this is, whether it still works or not."""
        return cls.objects.filter(digest=digest_of(secret)).first()

    @classmethod
    def holding(cls, secret: str) -> Self | None:
        """Return the token whose secret this is, if it works, and note its use."""
        token = cls.issued(secret)
        if token is None or token.ended:
            return None
        token.note_use()
        return token

    @property
    def ended(self) -> str:
        """Return why the token does not work any more; empty where it does."""
        if self.revoked is not None:
            return "was revoked"
        return "has expired" if self.expires and self.expires <= timezone.now() else ""

    @property
    def lasts(self) -> timedelta | None:
        """Return for how long it was made, or was renewed the last time; None: for ever."""
        return self.expires - self.created if self.expires else None

    def may(self, scope: Scope) -> bool:
        """Return whether it may what needs a scope."""
        return Scope(self.scope).includes(scope)

    def renew(self, scope: Scope | None = None, lasts: timedelta | None = None) -> str:
        """Give the token a new secret and return it; the old one stops working.

        Args:
            scope: None: as it is.
            lasts: after which it expires; None: never.
        """
        self.scope = self.scope if scope is None else scope
        secret = self._begin_anew(lasts)
        self.save()
        return secret

    def revoke(self) -> None:
        """Make the token worthless from now on."""
        self.revoked = timezone.now()
        self.save(update_fields=["revoked"])

    def _begin_anew(self, lasts: timedelta | None) -> str:
        secret = new_secret()
        self.digest, self.created = digest_of(secret), timezone.now()
        self.expires = None if lasts is None else self.created + lasts
        self.last_used = self.revoked = None
        return secret

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
