"""Audit records of second factors and of links with the provider of single sign-on."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpRequest

from stoppress.newsroom.auditing import Thing, present_actor, record_bounded, thing
from stoppress.newsroom.auditing.watch import Before, Told, Watch
from stoppress.newsroom.models import AuditEntry
from stoppress.site.signing_in.audited import FAILED_BY, OWN, refused

from . import failures
from .provider import provider_id

Act = AuditEntry.Act


def single_sign_on_refused(request: HttpRequest, why: str, account: Any = None) -> None:
    """Record that a person from the provider was refused, and why.

    Args:
        why: our own words; the provider's answer may contain personal data.
        account: the account in question, if there is one.
    """
    refused(Act.SINGLE_SIGN_ON_REFUSED, request, account, why)


def factor_told(factor: Authenticator, before: Before) -> Told:
    """Yield that a second factor was set up, but not that it was used."""
    if before is not None:
        return
    if factor.type != Authenticator.Type.RECOVERY_CODES:
        yield Act.FACTOR_SET_UP, str(factor.type)
        return
    # Bounded, because a user can make new ones in a loop.
    actor = present_actor()
    record_bounded(Act.RECOVERY_CODES_MADE, thing(factor.user), actor=actor, most=OWN)


def factor_deleted(factor: Authenticator) -> Told:
    """Yield that a second factor was removed; recovery codes are deleted with it, or renewed."""
    if factor.type != Authenticator.Type.RECOVERY_CODES:
        yield Act.FACTOR_REMOVED, str(factor.type)


def link_told(link: SocialAccount, before: Before) -> Told:
    """Yield that a person of the provider signs in as a user from now on."""
    if before is None or any(before[name] != getattr(link, name) for name in before):
        yield Act.LINKED, _person(link)


def link_deleted(link: SocialAccount) -> Told:
    yield Act.UNLINKED, _person(link)


def _person(link: SocialAccount) -> str:
    """Return the person and the issuer; of an issuer in former settings, only a digest."""
    issuer = (settings.STOPPRESS_OIDC or {}).get("issuer", "")
    known = link.provider == provider_id(issuer)
    return f"{link.uid} of {issuer if known else link.provider}"


def user_of(row: Authenticator | SocialAccount) -> Thing:
    return thing(row.user)


Watch(Authenticator, ["type"], factor_told, factor_deleted, user_of).connect()
Watch(SocialAccount, ["provider", "uid", "user_id"], link_told, link_deleted, user_of).connect()
FAILED_BY[failures.__name__] = Act.CODE_FAILED
