"""Find the reader of a private stream by the bearer token of the connection."""

from typing import Any

from .models import ApiToken


def reader_of_token(token: str, scope: Any) -> ApiToken | None:
    """Return the valid API token with this secret, or None (for `STOPPRESS_LIVE["READER"]`).

    `live` calls this again while the connection is open, so that the connection ends when the
    token expires or is deleted.

    Args:
        token: the secret.
        scope: the connection's ASGI scope; not used.
    """
    return ApiToken.holding(token)
