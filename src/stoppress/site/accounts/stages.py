"""The step of a sign-in that asks for the second factor."""

import hmac
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks users who have a second factor for it, unless the provider has signed them in."""

    def handle(self) -> Any:
        self.state["password"] = self.login.user.get_session_auth_hash()
        return super().handle()

    def is_current(self) -> bool:
        """Return whether a code can still complete the sign-in.

        The password still counts, the account is active, and it has a second factor.
        """
        user = self.login.user
        given = str(self.state.get("password", ""))
        return (
            user is not None
            and user.is_active
            and user.is_staff
            and hmac.compare_digest(given, user.get_session_auth_hash())
            and bool(is_mfa_enabled(user, [Authenticator.Type.TOTP]))
        )

    def _should_handle(self, request: HttpRequest) -> bool:
        if "sociallogin" in (self.login.signal_kwargs or {}):
            return False
        return bool(super()._should_handle(request))
