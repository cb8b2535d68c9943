"""Whom a Django request comes from."""

from django.http import HttpRequest

from .client_address import client_address


def request_address(request: HttpRequest) -> str:
    """Return the address that limits count a request by, as `client_address` has it."""
    scope = getattr(request, "scope", None)
    if scope is None:
        # Of Django's test client, or of a server without ASGI: it has no word of a proxy's.
        scope = {"client": (request.META.get("REMOTE_ADDR", ""), 0)}
    return client_address(scope)
