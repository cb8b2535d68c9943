"""The end of a session: a fixed time after the sign-in, which later changes do not move."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from stoppress.live.clock import database_time


def end_later(request: HttpRequest) -> None:
    """Set a session's end, by the settings, counted from now; a later change does not move it."""
    seconds = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    request.session.set_expiry(database_time() + seconds)


@receiver(user_logged_in)
def end_after_sign_in(request: HttpRequest | None = None, **_: Any) -> None:
    """Give each session its end at the sign-in."""
    if request is not None and hasattr(request, "session"):
        end_later(request)
