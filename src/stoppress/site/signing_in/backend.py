"""Who may sign in: Django's accounts, while they are not locked."""

from typing import Any

from asgiref.sync import sync_to_async
from axes.backends import AxesStandaloneBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest


class AccountBackend(AxesStandaloneBackend, ModelBackend):  # type: ignore[misc]
    """Django's own backend behind the throttle.

    One backend, not two: the throttle's own knows no async, and Django's hashes on the event loop.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> User | None:
        """Return the account that a name and a password are of.

        Raises:
            PermissionDenied: it is locked for this address.
        """
        if request is not None:
            AxesStandaloneBackend.authenticate(self, request, username, password, **more)
        # Without a request nobody asks from afar: it is a command, or a test.
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
