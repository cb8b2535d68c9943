"""Which account a person of the provider of single sign-on has here."""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from . import refusals
from .provider import SingleSignOn, provider_id

logger = logging.getLogger("stoppress.site")


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One provider, which the settings name, and accounts that are there already."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> Any:
        """Return the one provider; the database names none."""
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
        """Find the account of somebody who comes for the first time, and link it.

        Raises:
            ImmediateHttpResponse: there is none; it has the page that says so.
        """
        if sociallogin.is_existing:
            return
        verified = [each.email for each in sociallogin.email_addresses if each.verified]
        if not verified:
            if sociallogin.email_addresses:
                raise ImmediateHttpResponse(refusals.unverified(request))
            raise ImmediateHttpResponse(refusals.unknown(request, ""))
        found = [user for email in verified for user in _with_address(email)]
        if not found:
            raise ImmediateHttpResponse(refusals.unknown(request, verified[0]))
        if len(found) > 1:
            raise ImmediateHttpResponse(refusals.several(request))
        if not found[0].is_active:
            raise ImmediateHttpResponse(refusals.inactive(request))
        if not found[0].is_staff:
            raise ImmediateHttpResponse(refusals.unknown(request, verified[0]))
        if not _link(found[0], sociallogin):
            raise ImmediateHttpResponse(refusals.of_another(request))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Show a page of ours.

        Raises:
            ImmediateHttpResponse: always; it has the page.
        """
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(refusals.cancelled(request))
        if exception is not None:
            # Its text may hold what the provider sent.
            logger.warning("single sign-on failed: %s", type(exception).__name__)
        raise ImmediateHttpResponse(refusals.failed(request))


def _with_address(email: str) -> list[User]:
    """Return the accounts with an e-mail address; letters that only look alike are others."""
    found = User.objects.filter(email__iexact=email)[:10]
    return [user for user in found if user.email.isascii()]


def _link(user: User, sociallogin: SocialLogin) -> bool:
    """Link an account with a person of the provider, unless another person has it."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        account = sociallogin.account
        if SocialAccount.objects.filter(user=user, provider=account.provider).exists():
            return False
        sociallogin.user = account.user = user
        account.save()
    return True
