"""What the audit records of signing in: only some failures, and no name that is no account's."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from stoppress.live.readers.limits.request_address import request_address
from stoppress.newsroom.auditing import Actor, Thing, record_bounded, thing
from stoppress.newsroom.models import AuditEntry

from .counting import counted_account

Act, Kind = AuditEntry.Act, AuditEntry.ActorKind

# Entries in an hour: of one user's own acts, and of failures from all addresses together.
OWN, FAILURES = 60, 500


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    """Record a sign-in."""
    _by(Act.SIGNED_IN, request, user)


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Any, **_: Any) -> None:
    """Record a sign-out; nobody is signed out whose session has ended before."""
    if user is not None:
        _by(Act.SIGNED_OUT, request, user)


@receiver(user_login_failed)
def failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Record a failed sign-in: once an hour for each account and address.

    A name that is no account's is not stored, because it may be a password typed in its place.
    """
    if request is None:
        return  # a command or a test, not a remote login
    account = _account(request, credentials)
    _refused(Act.NO_SUCH_ACCOUNT if account is None else Act.SIGN_IN_FAILED, request, account)


@receiver(user_locked_out)
def locked(request: HttpRequest, username: str, **_: Any) -> None:
    """Record that an account is locked for an address: once an hour."""
    account = _account(request, {"username": username})
    if account is not None:
        _refused(Act.LOCKED, request, account)


def _by(act: AuditEntry.Act, request: HttpRequest, user: Any) -> None:
    actor = Actor(Kind.USER, user.get_username(), request_address(request))
    record_bounded(act, thing(user), actor=actor, most=OWN)


def _refused(act: AuditEntry.Act, request: HttpRequest, account: Any) -> None:
    actor = Actor(Kind.NOBODY, "", request_address(request))
    done_to = Thing() if account is None else thing(account)
    key = f"{done_to.id} {actor.address}"
    record_bounded(act, done_to, actor=actor, most=FAILURES, key=key)


def _account(request: HttpRequest, credentials: dict[str, Any]) -> Any:
    """Return the account with the name that was given; None if there is none."""
    name = counted_account(request, credentials)
    if not name.isprintable():
        return None  # no account has such a name, and not every database accepts it
    model = get_user_model()
    return model._default_manager.filter(**{model.USERNAME_FIELD: name}).first()
