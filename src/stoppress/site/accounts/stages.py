"""The step of a sign-in that asks for the second factor."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks users who have a second factor for it, unless the provider has signed them in."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if "sociallogin" in (self.login.signal_kwargs or {}):
            return False
        return bool(super()._should_handle(request))
