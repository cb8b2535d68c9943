"""What the audit records of second factors and of links with the provider of single sign-on."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from stoppress.newsroom.auditing import Thing, thing
from stoppress.newsroom.auditing.watch import Before, Told, Watch
from stoppress.newsroom.models import AuditEntry

Act = AuditEntry.Act


def factor_told(factor: Authenticator, before: Before) -> Told:
    """Yield that a second factor, or recovery codes, were set up; not their use."""
    if before is None:
        yield Act.FACTOR_SET_UP, str(factor.type)


def factor_deleted(factor: Authenticator) -> Told:
    yield Act.FACTOR_REMOVED, str(factor.type)


def link_told(link: SocialAccount, before: Before) -> Told:
    """Yield that somebody of the provider signs in as a user from now on."""
    if before is None or any(before[name] != getattr(link, name) for name in before):
        yield Act.LINKED, str(link.provider)


def link_deleted(link: SocialAccount) -> Told:
    yield Act.UNLINKED, str(link.provider)


def user_of(row: Authenticator | SocialAccount) -> Thing:
    return thing(row.user)


Watch(Authenticator, ["type"], factor_told, factor_deleted, user_of).connect()
Watch(SocialAccount, ["provider", "uid", "user_id"], link_told, link_deleted, user_of).connect()
