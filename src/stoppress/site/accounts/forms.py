"""The form for name and password."""

from typing import Any

from allauth.account import app_settings
from allauth.account.forms import LoginForm
from django.http import HttpRequest, HttpResponse

from .sessions import end_later


class SignInForm(LoginForm):  # type: ignore[misc]
    """django-allauth's own, whose sessions end at the time of the settings."""

    def login(self, request: HttpRequest, redirect_url: Any = None) -> HttpResponse:
        answer: HttpResponse = super().login(request, redirect_url)
        if request.user.is_authenticated:
            end_later(request)
        else:
            # Until the second factor is given.
            request.session.set_expiry(app_settings.LOGIN_TIMEOUT)
        return answer
