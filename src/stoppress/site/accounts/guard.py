"""Keep the desk shut for staff without a second factor, where the settings require one."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

# What is for staff alone; the API takes tokens and no sessions.
GUARDED = ("/admin/", "/desk/")
OPEN = frozenset({"admin:logout"})
ENOUGH = frozenset({"mfa", "socialaccount"})


class SecondFactorGuard:
    """Leads staff without a second factor to the page where it is set up."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        if settings.STOPPRESS_SECOND_FACTOR != "required":
            return None
        if not request.path_info.startswith(GUARDED):
            return None
        if request.resolver_match and request.resolver_match.view_name in OPEN:
            return None
        if not request.user.is_authenticated or has_second_factor(request):
            return None
        return HttpResponseRedirect(reverse("mfa_activate_totp"))


def has_second_factor(request: HttpRequest) -> bool:
    """Return whether a user has proved more than a password, or will have to at each sign-in.

    What the provider of single sign-on has asked for counts.
    """
    records = get_authentication_records(request, request.user)
    if any(record.get("method") in ENOUGH for record in records):
        return True
    return bool(is_mfa_enabled(request.user, [Authenticator.Type.TOTP]))
