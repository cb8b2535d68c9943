"""The forms for name and password, and for a code."""

from typing import Any

from allauth.account import app_settings
from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from .sessions import end_later


class SignInForm(LoginForm):  # type: ignore[misc]
    """django-allauth's own, whose sessions end at the time of the settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autofocus"] = True
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def login(self, request: HttpRequest, redirect_url: Any = None) -> HttpResponse:
        answer: HttpResponse = super().login(request, redirect_url)
        if request.user.is_authenticated:
            end_later(request)
        else:
            # Until the second factor is given.
            request.session.set_expiry(app_settings.LOGIN_TIMEOUT)
        return answer


class CodeField(Form):
    """A form for a code, which a telephone shows digits for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = self.fields["code"].widget.attrs
        attributes.pop("placeholder", None)
        attributes |= {"autofocus": True, "inputmode": "numeric"}


class SecondFactorForm(CodeField, AuthenticateForm):  # type: ignore[misc]
    """Asks for a code to sign in."""


class AgainForm(CodeField, ReauthenticateForm):  # type: ignore[misc]
    """Asks for a code before something that matters."""


class SetUpForm(CodeField, ActivateTOTPForm):  # type: ignore[misc]
    """Asks for a code of the app that is set up."""
