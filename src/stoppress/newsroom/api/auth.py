"""Who is asking, and what they may: a bearer token on every call (RFC 6750)."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from stoppress.live.readers.limits.failures import Failures
from stoppress.live.readers.limits.request_address import request_address
from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import Scope

from .errors import TooManyWrongTokens, challenge

# Wrong tokens of one address in a minute; each has cost one look into an index.
WRONG_TOKENS, WINDOW_SECONDS = 20, 60.0
WRONG = Failures(WRONG_TOKENS, WINDOW_SECONDS)


class ApiRequest(HttpRequest):
    """A request that has passed `TokenAuth`."""

    auth: ApiToken


class TokenAuth(HttpBearer):
    """Let a request through whose bearer token works, and has the call's scope."""

    openapi_description = "A token made by `stoppress token NAME`."

    def __init__(self, scope: Scope = Scope.PUBLISH) -> None:
        super().__init__()
        # A call that names none asks for all.
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        """Return the request's token.

        Raises:
            Refusal: 401, it does not work; 403, it has not the scope.
            TooManyWrongTokens: there is no such token, and its address has tried too many.
        """
        # The right token first: an office's wire desk works on beside a program gone wrong.
        held = ApiToken.issued(token.strip())
        if held is None:
            if seconds := WRONG.count(request_address(request)):
                raise TooManyWrongTokens(seconds)
            raise challenge(401, "invalid_token", "There is no such token.")
        if held.ended:  # who holds it may know
            raise challenge(401, "invalid_token", f"This token {held.ended}.")
        held.note_use()
        require(held, self._scope)
        return held


def require(token: ApiToken, scope: Scope, because: str = "This call") -> None:
    """Refuse what a token may not do.

    Raises:
        Refusal: 403, with the scope that is missing (RFC 6750 section 3.1).
    """
    if not token.may(scope):
        words = f"{because} needs the scope {scope}; this token has {token.scope}."
        raise challenge(403, "insufficient_scope", words, scope=scope)


def needs(scope: Scope) -> dict[str, Any]:
    """Return what a call's decorator takes so that it needs a scope, and says so."""
    # Ninja knows no scopes in its description. A tuple stands in the place of what it says of the
    # call; a list would be added to that, and mean "or".
    said = {"security": ({TokenAuth.__name__: [str(scope)]},)}
    return {"auth": TokenAuth(scope), "openapi_extra": said}
