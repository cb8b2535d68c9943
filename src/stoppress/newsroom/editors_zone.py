"""An editor's own time zone, in which the admin shows and reads every time."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.decorators import sync_and_async_middleware

from .models import Preferences
from .zones import known_zone


def zone_of(user: Any) -> ZoneInfo | None:
    """Return the time zone that a user has chosen; None for the site's.

    A zone that the system no longer has also gives None.
    """
    chosen = Preferences.objects.filter(user=user).values_list("time_zone", flat=True).first()
    return known_zone(chosen) if chosen else None


def is_of_the_admin(request: HttpRequest) -> bool:
    """Return whether a request is for the admin, if the site has one."""
    try:
        return request.path.startswith(reverse("admin:index"))
    except NoReverseMatch:
        return False


def locale_for(request: HttpRequest) -> AbstractContextManager[None]:
    """Return a context in which the request of an editor has its zone and language."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return _locale((known and zone_of(user)) or timezone.get_default_timezone())


@contextmanager
def _locale(zone: tzinfo) -> Iterator[None]:
    with timezone.override(zone), translation.override(settings.LANGUAGE_CODE):
        yield


@sync_and_async_middleware
def editors_zone(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Activate the editor's zone and the site's language for requests to the admin.

    Readers' pages are the same for everybody, so the user of other requests is not read. Put this
    middleware after Django's `AuthenticationMiddleware`.
    """
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> Any:
            if not is_of_the_admin(request):
                return await get_response(request)
            with await sync_to_async(locale_for)(request):
                return await get_response(request)

        return answer_later

    def answer(request: HttpRequest) -> Any:
        with locale_for(request) if is_of_the_admin(request) else nullcontext():
            return get_response(request)

    return answer
