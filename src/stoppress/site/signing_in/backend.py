"""The authentication backend: Django's accounts, except those that are locked."""

from typing import Any

from asgiref.sync import sync_to_async
from axes.backends import AxesStandaloneBackend
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from stoppress.live.clock import database_time


class AccountBackend(AxesStandaloneBackend, ModelBackend):  # type: ignore[misc]
    """Django's backend behind the throttle of wrong passwords.

    It is one backend instead of two, because the throttle's own has no async method, and Django's
    hashes on the event loop.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> User | None:
        """Return the account with this name and password; None if there is none.

        Raises:
            PermissionDenied: the account is locked for this address.
        """
        if request is not None:
            AxesProxyHandler.update_request(request)
            # The failures that other machines have counted are by the database's time.
            request.axes_attempt_time = database_time()  # type: ignore[attr-defined]
            AxesStandaloneBackend.authenticate(self, request, username, password, **more)
        # Without a request this is a command or a test, not a remote login.
        return ModelBackend.authenticate(self, request, username, password, **more)

    async def aauthenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> User | None:
        """Do the same from an event loop."""
        return await sync_to_async(self.authenticate)(request, username, password, **more)
