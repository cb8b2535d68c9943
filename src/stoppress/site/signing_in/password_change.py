"""The admin's page on which users change their own password."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse

from stoppress.live.clock import database_time

from .locks import locked

_djangos = admin.site.password_change


def password_change(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Count a wrong old password as a wrong password at the sign-in, with the same lock.

    Otherwise an attacker with a stolen session could guess without limit.
    """
    if request.method != "POST":
        return _djangos(request, extra_context)
    asked: Any = request
    credentials = {"username": asked.user.get_username()}
    AxesProxyHandler.update_request(asked)
    asked.axes_attempt_time, asked.axes_credentials = database_time(), credentials
    if settings.AXES_ENABLED and not AxesProxyHandler.is_allowed(asked, credentials):
        return locked(request)
    answer = _djangos(request, extra_context)
    form = (getattr(answer, "context_data", None) or {}).get("form")
    if form is not None and form.has_error("old_password", "password_incorrect"):
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return answer
