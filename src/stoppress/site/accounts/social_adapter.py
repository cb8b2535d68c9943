"""Find the account of a person from the provider of single sign-on."""

import logging
import re
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from stoppress.live.readers.limits.request_address import request_address
from stoppress.newsroom.auditing import Actor, acting
from stoppress.newsroom.models import AuditEntry

from . import refusals
from .audited import single_sign_on_refused
from .provider import SingleSignOn, provider_id, reason

# The names of faults (RFC 6749, section 4.1.2.1).
PLAIN = re.compile(r"[a-z_]{1,40}")

Kind = AuditEntry.ActorKind

logger = logging.getLogger("stoppress.site")


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Allows only the provider of the settings, and only existing accounts."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> Any:
        """Return the provider of the settings; the database has none."""
        known = settings.STOPPRESS_OIDC
        if known is None:
            return []
        return [
            SocialApp(
                provider=SingleSignOn.id,
                provider_id=provider_id(known["issuer"]),
                name=known["name"],
                client_id=known["client_id"],
                secret=known["client_secret"],
                settings={"server_url": known["issuer"].rstrip("/")},
            )
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account of a person, and link it if they come for the first time.

        Raises:
            ImmediateHttpResponse: the person is refused; it has the page with the reason.
        """
        user = sociallogin.user if sociallogin.is_existing else _found(request, sociallogin)
        if not user.is_active:
            raise _refused(request, "the account is not active", refusals.inactive(request), user)
        if not user.is_staff:
            page = refusals.unknown(request, user.email)
            raise _refused(request, "the account is not of the staff", page, user)
        if not sociallogin.is_existing:
            _link(request, user, sociallogin)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Show one of our own pages.

        Raises:
            ImmediateHttpResponse: always; it has the page.
        """
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(refusals.cancelled(request))
        if exception is not None:
            single_sign_on_refused(request, "the provider's answer could not be checked")
            logger.warning("single sign-on failed: %s", reason(exception))
        elif "state" in (extra_context or {}):
            # The provider's error code for a sign-in that was begun here, such as
            # `unauthorized_client`.
            word = request.GET.get("error", "")
            code = word if PLAIN.fullmatch(word) else "something else than a code"
            logger.warning("single sign-on failed: the provider answers %s", code)
        raise ImmediateHttpResponse(refusals.failed(request))


def _found(request: HttpRequest, sociallogin: SocialLogin) -> User:
    """Return the account with the verified e-mail address of a person.

    Raises:
        ImmediateHttpResponse: there is none, or there are several.
    """
    verified = [each.email for each in sociallogin.email_addresses if each.verified]
    if not verified and sociallogin.email_addresses:
        raise _refused(request, "the address is not verified", refusals.unverified(request))
    found = [user for email in verified for user in _with_address(email)]
    if not found:
        page = refusals.unknown(request, verified[0] if verified else "")
        raise _refused(request, "no account has the address", page)
    if len(found) > 1:
        raise _refused(request, "several accounts have the address", refusals.several(request))
    return found[0]


def _with_address(email: str) -> list[User]:
    """Return the accounts with an e-mail address; similar letters outside ASCII do not match."""
    found = User.objects.filter(email__iexact=email)[:10]
    return [user for user in found if user.email.isascii()]


def _link(request: HttpRequest, user: User, sociallogin: SocialLogin) -> None:
    """Link an account with a person of the provider.

    Raises:
        ImmediateHttpResponse: the account is linked with another person; or it belongs to a
            superuser who is not signed in to it. Any user with the right to change users could
            have given that account their own address.
    """
    account = sociallogin.account
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        taken = SocialAccount.objects.filter(user=user, provider=account.provider).exists()
        if not taken and (request.user == user or not user.is_superuser):
            sociallogin.user = account.user = user
            # The audit names this user, not a user who was signed in here before.
            with acting(Actor(Kind.USER, user.get_username(), request_address(request))):
                account.save()
            return
    if taken:
        page = refusals.of_another(request)
        raise _refused(request, "the account is linked with another person", page, user)
    page = refusals.superuser(request)
    raise _refused(request, "a superuser who is not signed in", page, user)


def _refused(
    request: HttpRequest, why: str, page: HttpResponse, user: User | None = None
) -> ImmediateHttpResponse:
    """Record that a person is refused; return the exception with the page, to raise."""
    single_sign_on_refused(request, why, user)
    return ImmediateHttpResponse(page)
