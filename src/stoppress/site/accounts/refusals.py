"""Pages for a failed sign-in with the provider of single sign-on."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from stoppress.newsroom.unlogged import unlogged

from .configuration import provider_name


def unknown(request: HttpRequest, email: str) -> HttpResponse:
    """Answer a person whom the provider knows, but who has no account here."""
    return _page(
        request,
        gettext("You have no account here"),
        (
            gettext(
                "%(provider)s knows you as %(email)s, but no account of this site has that e-mail"
                " address. A chief can add you, or enter the address in your account."
            )
            if email
            else gettext(
                "%(provider)s knows you, but no account of this site has that e-mail address. A"
                " chief can add you, or enter the address in your account."
            )
        )
        % {"provider": _name(), "email": email},
    )


def unverified(request: HttpRequest) -> HttpResponse:
    """Answer a person whose e-mail address the provider has not verified."""
    return _page(
        request,
        gettext("Your e-mail address is not verified"),
        gettext(
            "An account is found by an e-mail address that %(provider)s has verified, and yours is"
            " not. Verify it there, then sign in again."
        )
        % {"provider": _name()},
    )


def several(request: HttpRequest) -> HttpResponse:
    """Answer a person whose e-mail address belongs to several accounts."""
    return _page(
        request,
        gettext("Several accounts have your e-mail address"),
        gettext("So this site cannot tell which one is yours. A chief can change the others."),
    )


def of_another(request: HttpRequest) -> HttpResponse:
    """Answer a person whose e-mail address belongs to the account of another person."""
    return _page(
        request,
        gettext("This account belongs to somebody else"),
        gettext(
            "The account with your e-mail address is used by another person of %(provider)s. If it"
            " is yours, a chief can remove its sign-in data; then sign in again."
        )
        % {"provider": _name()},
    )


def superuser(request: HttpRequest) -> HttpResponse:
    """Answer a superuser whose account is not linked yet, and who is not signed in to it."""
    return _page(
        request,
        gettext("Sign in with your password first"),
        gettext(
            "A superuser's account is not linked with %(provider)s by its e-mail address alone."
            " Sign in with your password, then open %(address)s on this site once."
        )
        % {"provider": _name(), "address": reverse("oidc_login")},
    )


def inactive(request: HttpRequest) -> HttpResponse:
    """Answer a user whose account is not active."""
    return _page(
        request,
        gettext("Your account is not active"),
        gettext("Nobody can sign in to it. A chief can make it active again."),
    )


def cancelled(request: HttpRequest) -> HttpResponse:
    """Answer a user whose sign-in was cancelled at the provider."""
    return _page(
        request,
        gettext("You are not signed in"),
        gettext("%(provider)s did not sign you in.") % {"provider": _name()},
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a sign-in that is too old, was not begun here, or failed at the provider."""
    return _page(
        request,
        gettext("Signing in did not work"),
        gettext(
            "The answer of %(provider)s did not belong to a sign-in that was begun here in the last"
            " ten minutes, or could not be checked. Try again."
        )
        % {"provider": _name()},
        status=400,
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer an address that has begun too many sign-ins."""
    answer = _page(
        request,
        gettext("Signing in does not work now"),
        gettext("Too many sign-ins were begun from your network. Wait a minute, then try again."),
        status=429,
    )
    answer["Retry-After"] = "60"
    return answer


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer a sign-in while the provider cannot be reached."""
    return _page(
        request,
        gettext("Signing in does not work now"),
        gettext(
            "%(provider)s cannot be reached, or does not answer as it should. Try again later."
            " The operator of this site finds the reason in the log."
        )
        % {"provider": _name()},
        status=502,
    )


def _name() -> str:
    return provider_name(settings.STOPPRESS_OIDC) or gettext("The provider")


def _page(request: HttpRequest, title: str, text: str, status: int = 403) -> HttpResponse:
    answer = render(request, "accounts/refused.html", {"title": title, "text": text}, status=status)
    answer["Cache-Control"] = "no-store"
    # The cause was logged where it was noticed.
    return unlogged(answer)
