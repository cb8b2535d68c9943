"""The reader of a private stream whom a bearer token stands for."""

from typing import Any

from .models import ApiToken


def reader_of_token(token: str, scope: Any) -> ApiToken | None:
    """Return the valid token with a secret (`STOPPRESS_LIVE["READER"]`); None if there is none.

    It is asked again as long as a connection is open: a token that ends, ends its connections.

    Args:
        token: the secret.
        scope: of the connection; not read.
    """
    return ApiToken.holding(token)
