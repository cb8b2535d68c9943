"""Pages for those who cannot sign in with the provider of single sign-on."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from stoppress.newsroom.unlogged import unlogged


def unknown(request: HttpRequest, email: str) -> HttpResponse:
    """Answer somebody whom the provider knows and this site does not."""
    return _page(
        request,
        "You have no account here",
        f"{_name()} knows you{f' as {email}' if email else ''}, but no account of this site has "
        "that e-mail address. A chief can add you, or enter the address in your account.",
    )


def unverified(request: HttpRequest) -> HttpResponse:
    """Answer somebody whose e-mail address the provider has not verified."""
    return _page(
        request,
        "Your e-mail address is not verified",
        f"An account is found by an e-mail address that {_name()} has verified, and yours is not. "
        "Verify it there, then sign in again.",
    )


def several(request: HttpRequest) -> HttpResponse:
    """Answer somebody whose e-mail address several accounts have."""
    return _page(
        request,
        "Several accounts have your e-mail address",
        "So this site cannot tell which one is yours. A chief can change the others.",
    )


def of_another(request: HttpRequest) -> HttpResponse:
    """Answer somebody whose e-mail address belongs to an account of another person."""
    return _page(
        request,
        "This account belongs to somebody else",
        f"The account with your e-mail address is used by another person of {_name()}. If it is "
        "yours, a chief can remove its sign-in data; then sign in again.",
    )


def superuser(request: HttpRequest) -> HttpResponse:
    """Answer a superuser whose account is not linked yet, and who is not signed in to it."""
    return _page(
        request,
        "Sign in with your password first",
        f"A superuser's account is not linked with {_name()} by its e-mail address alone. Sign in "
        f"with your password, then open {reverse('oidc_login')} on this site once.",
    )


def inactive(request: HttpRequest) -> HttpResponse:
    """Answer a user whose account is not active."""
    return _page(
        request,
        "Your account is not active",
        "Nobody can sign in to it. A chief can make it active again.",
    )


def cancelled(request: HttpRequest) -> HttpResponse:
    """Answer a user whom the provider did not let in."""
    return _page(request, "You are not signed in", f"{_name()} did not sign you in.")


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a sign-in that is too old, was not begun here, or that the provider has spoilt."""
    return _page(
        request,
        "Signing in did not work",
        f"The answer of {_name()} did not belong to a sign-in that was begun here in the last ten "
        "minutes, or could not be checked. Try again.",
        status=400,
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer a sign-in while the provider cannot be asked."""
    return _page(
        request,
        "Signing in does not work now",
        f"{_name()} cannot be reached, or does not answer as it should. Try again later. Whoever "
        "runs this site finds the reason in its log.",
        status=502,
    )


def _name() -> str:
    return str((settings.STOPPRESS_OIDC or {}).get("name", "The provider"))


def _page(request: HttpRequest, title: str, text: str, status: int = 403) -> HttpResponse:
    answer = render(request, "accounts/refused.html", {"title": title, "text": text}, status=status)
    answer["Cache-Control"] = "no-store"
    # What there is to log was logged where it was noticed.
    return unlogged(answer)
