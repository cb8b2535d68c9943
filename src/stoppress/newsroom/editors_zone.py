"""An editor's own time zone, in which the admin shows and reads every time."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation

from .models import Preferences
from .zones import known_zone


def zone_of(user: Any) -> ZoneInfo | None:
    """Return the time zone that a user has chosen; None if it is the site's.

    So it is also for a zone that the system no longer has.
    """
    chosen = Preferences.objects.filter(user=user).values_list("time_zone", flat=True).first()
    return known_zone(chosen) if chosen else None


def is_of_the_admin(request: HttpRequest) -> bool:
    """Return whether a request is for the admin, if the site has one."""
    try:
        return request.path.startswith(reverse("admin:index"))
    except NoReverseMatch:
        return False


class EditorsZone:
    """Activates the editor's zone and the site's language for requests to the admin.

    Readers' pages are the same for everybody: no other request is asked who sends it. It comes
    after Django's `AuthenticationMiddleware`.
    """

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_of_the_admin(request):
            return self._get_response(request)
        user = getattr(request, "user", None)
        known = user is not None and user.is_authenticated
        zone = (known and zone_of(user)) or timezone.get_default_timezone()
        with timezone.override(zone), translation.override(settings.LANGUAGE_CODE):
            return self._get_response(request)
