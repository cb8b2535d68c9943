"""Who is asking: a bearer token on every call (RFC 6750)."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from stoppress.live.limits.failures import Failures
from stoppress.live.limits.request_address import request_address
from stoppress.newsroom.models import ApiToken

# Wrong tokens of one address in a minute; each has cost one look into an index.
WRONG_TOKENS, WINDOW_SECONDS = 20, 60.0
WRONG = Failures(WRONG_TOKENS, WINDOW_SECONDS)


class TooManyWrongTokens(Exception):
    """An address has sent too many wrong tokens.

    Attributes:
        seconds: until one is answered as a wrong one again.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many wrong tokens, for {seconds:.0f} seconds")
        self.seconds = seconds


class ApiRequest(HttpRequest):
    """A request that has passed `TokenAuth`."""

    auth: ApiToken


class TokenAuth(HttpBearer):
    """Let a request through whose bearer token was issued and not revoked."""

    openapi_description = "A token made by `stoppress token NAME`."

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        # The right token first: an office's wire desk works on beside a program gone wrong.
        found = ApiToken.holding(token.strip())
        if found is None and (seconds := WRONG.count(request_address(request))):
            raise TooManyWrongTokens(seconds)
        return found
