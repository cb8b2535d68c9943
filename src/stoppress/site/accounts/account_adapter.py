"""The rules of sign-in for django-allauth: only accounts of the staff, and no self-registration."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from stoppress.site.signing_in.counting import counted_address

from . import refusals

STAGE = "stoppress.site.accounts.stages.SecondFactorStage"
# Messages of django-allauth that are not shown, since the next page makes them clear.
HIDDEN_MESSAGES = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The rules of the site for signing in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count nothing: django-axes counts wrong passwords, and locks accounts by address."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the staff account with these credentials, as the admin's own page does."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user and user.is_staff else None

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        answer: HttpResponse | None = super().pre_login(request, user, **hooks)
        if answer is None and not user.is_staff:
            return refusals.unknown(request, user.email)
        return answer

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return refusals.inactive(request)

    def get_login_stages(self) -> list[str]:
        return [] if settings.STOPPRESS_SECOND_FACTOR == "off" else [STAGE]

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        """Let a user who has just signed in set up a second factor without a second password."""
        answer: HttpResponse = super().post_login(request, user, **hooks)
        if records := get_authentication_records(request, user):
            again = [*records[:-1], records[-1] | {"reauthenticated": True}]
            request.session[AUTHENTICATION_METHODS_SESSION_KEY] = again
        return answer

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index")

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether a redirect may lead to a URL: only to this site, by the request's host."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        return counted_address(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *more: Any,
        **kw: Any,
    ) -> None:
        if message_template not in HIDDEN_MESSAGES:
            super().add_message(request, level, message_template, *more, **kw)
