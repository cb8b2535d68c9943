"""Keep the desk shut for sessions that have not proved the second factor."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

# What is for staff alone; the API takes tokens and no sessions. A page or a stream for the staff at
# another address would be open to whoever has a password alone: add its address here.
DESK = ("/admin/", "/desk/")
# Whoever has a password alone must not see or renew the recovery codes either.
FACTOR = "/accounts/second-factor/"
OPEN = frozenset({"admin:logout", "mfa_authenticate", "mfa_reauthenticate"})


class SecondFactorGuard:
    """Leads a session without the second factor to the page that asks for it, or sets it up."""

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
        if not request.path_info.startswith((*DESK, FACTOR)):
            return None
        if request.resolver_match and request.resolver_match.view_name in OPEN:
            return None
        if not request.user.is_authenticated:
            return None
        return _led(request)


def _led(request: HttpRequest) -> HttpResponse | None:
    """Lead a session to where it proves the second factor, or sets one up; None if it may go on.

    What the provider of single sign-on has asked for counts. A session that was open before the
    user set up a factor, maybe elsewhere, has a password behind it alone.
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
    if settings.STOPPRESS_SECOND_FACTOR == "required" and request.path_info.startswith(DESK):
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    return None
