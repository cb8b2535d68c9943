"""API tokens: they let programs use the publish API."""

import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stoppress.live.clock import database_time
from stoppress.newsroom.phrase import marked
from stoppress.newsroom.token_uses import write_use

# A fixed prefix lets secret scanners and grep find a leaked token.
PREFIX = "sp_"
ENTROPY_BYTES = 32
NAME_CHARS = 100
NOTE_USE_EVERY = timedelta(minutes=1)
LONGEST_DAYS = 36_500
# The reasons that the audit stores and that programs get in an answer.
REVOKED, EXPIRED = marked("was revoked"), marked("has expired")


class Scope(models.TextChoices):
    """A token's rights. Each scope includes the ones before it.

    A call that writes answers with the article, so a right to write includes the right to read.
    """

    READ = "read", _("Read, drafts included")
    WRITE = "write", _("Write drafts")
    PUBLISH = "publish", _("Publish")

    def includes(self, other: "Scope") -> bool:
        """Return whether a token with this scope may make a call that needs the other."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


class ApiToken(models.Model):
    """A program's access to the publish API. The secret is shown once; only its hash is stored."""

    name = models.CharField(
        _("name"),
        max_length=NAME_CHARS,
        unique=True,
        help_text=_("The author of the articles that the token publishes."),
    )
    # SHA-256 without salt or stretching: 256 random bits cannot be guessed from their hash. The row
    # is looked up by the hash, so there is no comparison whose duration reveals anything.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # The default is also in the database, because processes of the previous release, which knows no
    # scopes, create tokens while the workers are replaced. Their tokens may do everything.
    scope = models.CharField(
        _("scope"),
        max_length=20,
        choices=Scope.choices,
        default=Scope.PUBLISH,
        db_default=Scope.PUBLISH,
        help_text=_("Each scope includes the ones before it."),
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires = models.DateTimeField(_("expires"), null=True, blank=True, editable=False)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(
        cls, name: str, scope: Scope = Scope.PUBLISH, lasts: timedelta | None = None
    ) -> tuple[Self, str]:
        """Create a token; return it with its secret, which cannot be read again.

        Args:
            lasts: the token's lifetime; None if it does not expire.

        Raises:
            IntegrityError: there is already a token with this name.
            ValueError: the name is not a single line of 1 to 100 printable characters.
        """
        check_name(name)
        token = cls(name=name, scope=scope)
        secret = token._begin_anew(lasts)
        token.save(force_insert=True)
        return token, secret

    @classmethod
    def issued(cls, secret: str) -> Self | None:
        """Return the token with this secret, even if it is revoked or expired."""
        return cls.objects.filter(digest=digest_of(secret)).first()

    @classmethod
    def holding(cls, secret: str) -> Self | None:
        """Return the token with this secret if it is valid, and record its use."""
        token = cls.issued(secret)
        if token is None or token.ended:
            return None
        token.note_use()
        return token

    @property
    def is_authenticated(self) -> bool:
        """Return True, as Django's users do: a token identifies the reader of a private stream."""
        return True

    @property
    def ended(self) -> str:
        """Return why the token is no longer valid, in English; empty if it is valid."""
        if self.revoked is not None:
            return REVOKED
        return EXPIRED if self.expires and self.expires <= database_time() else ""

    @property
    def lasts(self) -> timedelta | None:
        """Return the lifetime given when the token was made or last renewed; None for no end."""
        return self.expires - self.created if self.expires else None

    def may(self, scope: Scope) -> bool:
        """Return whether the token may make calls that need this scope."""
        return Scope(self.scope).includes(scope)

    def renew(self, scope: Scope | None = None, lasts: timedelta | None = None) -> str:
        """Give the token a new secret and return it; the old one stops working.

        Args:
            scope: the new scope; None keeps the present one.
            lasts: the new lifetime; None if the token does not expire.
        """
        self.scope = self.scope if scope is None else scope
        secret = self._begin_anew(lasts)
        self.save()
        return secret

    def revoke(self) -> None:
        """End the token now."""
        self.revoked = database_time()
        self.save(update_fields=["revoked"])

    def _begin_anew(self, lasts: timedelta | None) -> str:
        secret = new_secret()
        self.digest, self.created = digest_of(secret), database_time()
        self.expires = None if lasts is None else self.created + lasts
        self.last_used = self.revoked = None
        return secret

    def note_use(self) -> None:
        """Record the token's use, at most once a minute, so that few calls cause a write."""
        now = timezone.now()
        if self.last_used is None or self.last_used < now - NOTE_USE_EVERY:
            write_use(lambda: type(self).objects.filter(pk=self.pk).update(last_used=now))
            self.last_used = now


def check_name(name: str) -> None:
    """Refuse a name that is not a single line of 1 to 100 printable characters.

    Raises:
        ValueError.
    """
    if not (0 < len(name) <= NAME_CHARS and name.isprintable() and name == name.strip()):
        told = gettext("A token's name must be one line of 1 to %(limit)d characters.")
        raise ValueError(told % {"limit": NAME_CHARS})


def new_secret() -> str:
    """Return a new secret with 256 random bits."""
    return PREFIX + secrets.token_urlsafe(ENTROPY_BYTES)


def digest_of(secret: str) -> str:
    """Return the hash of a secret that the database stores."""
    return hashlib.sha256(secret.encode()).hexdigest()
