"""Refuse the desk to sessions that have not proved the second factor."""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

# Addresses for staff only; the API takes tokens and no sessions. A page or stream for staff at
# another address would need only a password: add its address here.
DESK = ("/admin/", "/desk/")
# A session with only a password must not see or renew the recovery codes either.
FACTOR = "/accounts/second-factor/"
OPEN = frozenset({"admin:logout", "mfa_authenticate", "mfa_reauthenticate"})
# Views for readers that show more to the desk: without the second factor, a session is a reader's.
ALSO_FOR_READERS = frozenset({"newsroom:picture"})


class SecondFactorGuard:
    """Redirects a session without the second factor to the page that asks for it, or sets it up."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        if settings.STOPPRESS_SECOND_FACTOR == "off":
            return None
        if request.resolver_match and request.resolver_match.view_name in ALSO_FOR_READERS:
            # Lazy, for a view that reads the user: a public picture does not load the session.
            user: Any = SimpleLazyObject(partial(_proven, request, request.user))
            request.user = user
            return None
        if not request.path_info.startswith((*DESK, FACTOR)):
            return None
        if request.resolver_match and request.resolver_match.view_name in OPEN:
            return None
        if not request.user.is_authenticated:
            return None
        return _led(request)


def _proven(request: HttpRequest, user: Any) -> Any:
    """Return the user of a session that may see the desk, else AnonymousUser."""
    request.user = user
    if user.is_authenticated and _led(request, desk=True) is not None:
        request.user = AnonymousUser()
    return request.user


def _led(request: HttpRequest, desk: bool = False) -> HttpResponse | None:
    """Return a redirect to prove or set up the second factor; None if the session may continue.

    A sign-in with the provider counts as a second factor. A session from before the user set up a
    factor, maybe in another browser, has proved only a password.
    """
    records = get_authentication_records(request, request.user)
    methods = {record.get("method") for record in records}
    if "socialaccount" in methods:
        return None
    if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        if "mfa" in methods:
            return None
        after = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{after}")
    desk = desk or request.path_info.startswith(DESK)
    if settings.STOPPRESS_SECOND_FACTOR == "required" and desk:
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    return None
