"""The forms for name and password, and for a code."""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from .sessions import end_later

# The name of the limit of wrong codes in `AgainForm` (see `configuration`).
AGAIN = "again"
# Factors with a code that is typed.
TYPED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class SignInForm(LoginForm):  # type: ignore[misc]
    """django-allauth's form; a session ends when the settings say, counted from the sign-in."""

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
            # This expiry holds until the second factor is given.
            request.session.set_expiry(app_settings.LOGIN_TIMEOUT)
        return answer


class CodeField(Form):
    """A form for a code, with a numeric keyboard on telephones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = self.fields["code"].widget.attrs
        attributes.pop("placeholder", None)
        attributes |= {"autofocus": True, "inputmode": "numeric"}


class SecondFactorForm(CodeField, AuthenticateForm):  # type: ignore[misc]
    """Asks for a code to sign in."""


class AgainForm(CodeField, ReauthenticateForm):  # type: ignore[misc]
    """Asks for a code before a sensitive action.

    Its wrong codes have a separate limit: an attacker with a stolen session cannot use up the limit
    of the sign-in.
    """

    def clean_code(self) -> str:
        request, key = context.request, f"again {self.user.pk}"
        if not ratelimit.consume(request, action=AGAIN, key=key):
            raise get_adapter().validation_error("too_many_login_attempts")
        code = str(self.cleaned_data["code"])
        factors = list(Authenticator.objects.filter(user=self.user, type__in=TYPED))
        for factor in factors:
            if factor.wrap().validate_code(code):
                self.authenticator = factor
                ratelimit.clear(request, action=AGAIN, key=key)
                return code
        for factor in factors[:1]:
            self._emit_authentication_failed(factor)
        raise get_mfa_adapter().validation_error("incorrect_code")


class SetUpForm(CodeField, ActivateTOTPForm):  # type: ignore[misc]
    """Asks for a code from the authenticator app during its set-up."""
