"""Audit records of sign-ins: only some failures, and only names of existing accounts."""

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

# Entries per hour: one user's own acts, failures on one account, and failures without an account.
OWN, FAILURES_OF_ONE, FAILURES = 60, 50, 500
# The act to record for a failed sign-in, by the signal's sender; by default a wrong password.
FAILED_BY: dict[str, AuditEntry.Act] = {}
# The session key in which django-allauth lists the methods of a sign-in, and our words for them.
RECORDS = "account_authentication_methods"
WAYS = {"totp": "code", "recovery_codes": "recovery code", "socialaccount": "single sign-on"}


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    """Record a sign-in and its method: with django-allauth there are several."""
    records = getattr(request, "session", {}).get(RECORDS, [])
    ways = dict.fromkeys(record.get("type") or record["method"] for record in records)
    _by(Act.SIGNED_IN, request, user, ", ".join(WAYS.get(way, way) for way in ways))


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Any, **_: Any) -> None:
    """Record a sign-out, unless the session had already ended."""
    if user is not None:
        _by(Act.SIGNED_OUT, request, user)


@receiver(user_login_failed)
def failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, sender: object = "", **_: Any
) -> None:
    """Record a failed sign-in: once an hour for each account and address.

    A name without an account is not stored, because it may be a password in the wrong field.
    """
    if request is None:
        return  # a command or a test, not a remote login
    account = _account(request, credentials)
    act = FAILED_BY.get(str(sender), Act.SIGN_IN_FAILED)
    refused(Act.NO_SUCH_ACCOUNT if account is None else act, request, account)


@receiver(user_locked_out)
def locked(request: HttpRequest, username: str, **_: Any) -> None:
    """Record that an account is locked for an address: once an hour."""
    account = _account(request, {"username": username})
    if account is not None:
        refused(Act.LOCKED, request, account)


def refused(act: AuditEntry.Act, request: HttpRequest, account: Any, why: str = "") -> None:
    """Record a refused sign-in: once an hour for each account, address and reason.

    Args:
        account: None if it is not known, or if there is none.
    """
    actor = Actor(Kind.NOBODY, "", request_address(request))
    done_to = Thing() if account is None else thing(account)
    most = FAILURES if account is None else FAILURES_OF_ONE
    key = f"{done_to.id} {actor.address} {why}"
    record_bounded(act, done_to, actor=actor, most=most, key=key, detail=why)


def _by(act: AuditEntry.Act, request: HttpRequest, user: Any, detail: str = "") -> None:
    actor = Actor(Kind.USER, user.get_username(), request_address(request))
    record_bounded(act, thing(user), actor=actor, most=OWN, detail=detail)


def _account(request: HttpRequest, credentials: dict[str, Any]) -> Any:
    """Return the account with the given name; None if there is none."""
    name = counted_account(request, credentials)
    if not name.isprintable():
        return None  # no account has such a name, and not every database accepts it
    model = get_user_model()
    return model._default_manager.filter(**{model.USERNAME_FIELD: name}).first()
