"""Authentication: every call needs a bearer token (RFC 6750) with the call's scope."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from stoppress.live.readers.limits.failures import Failures
from stoppress.live.readers.limits.request_address import request_address
from stoppress.newsroom.auditing.tokens import token_refused, token_used
from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import Scope

from .errors import TooManyWrongTokens, challenge, too_narrow

# Wrong tokens that one address may send in a minute. Each costs one index lookup.
WRONG_TOKENS, WINDOW_SECONDS = 20, 60.0
WRONG = Failures(WRONG_TOKENS, WINDOW_SECONDS)


class ApiRequest(HttpRequest):
    """A request that has passed `TokenAuth`."""

    auth: ApiToken


class TokenAuth(HttpBearer):
    """Accepts a request if its bearer token is valid and has the call's scope."""

    openapi_description = "A token from `stoppress token NAME`."

    def __init__(self, scope: Scope = Scope.PUBLISH) -> None:
        super().__init__()
        # The default is the widest scope, so that a call without one is not open to every token.
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        """Return the request's token.

        Raises:
            Refusal: 401, the token is not valid; 403, it does not have the scope.
            TooManyWrongTokens: there is no such token, and the address has sent too many.
        """
        # A valid token is looked up first, so that it still works if another program at the same
        # address sends wrong ones.
        held = ApiToken.issued(token.strip())
        if held is None:
            if seconds := WRONG.count(request_address(request)):
                raise TooManyWrongTokens(seconds)
            token_refused(request, None)
            raise challenge(401, "invalid_token", "There is no such token.")
        if held.ended:  # only the holder of the token learns this
            token_refused(request, held)
            raise challenge(401, "invalid_token", f"This token {held.ended}.")
        held.note_use()
        token_used(request, held)
        require(held, self._scope)
        return held


def require(token: ApiToken, scope: Scope, because: str = "This call") -> None:
    """Refuse a call whose token does not have the scope.

    Args:
        because: the subject of the message.

    Raises:
        Refusal: 403, with the missing scope (RFC 6750 section 3.1).
    """
    if not token.may(scope):
        raise too_narrow(token, scope, because)


def needs(scope: Scope) -> dict[str, Any]:
    """Return decorator arguments for a call that needs a scope and documents it."""
    # Ninja does not describe scopes. A tuple replaces Ninja's own `security` in the description; a
    # list would be added to it as an alternative.
    description = {"security": ({TokenAuth.__name__: [str(scope)]},)}
    return {"auth": TokenAuth(scope), "openapi_extra": description}
