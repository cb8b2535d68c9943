"""Who is asking: a bearer token on every call (RFC 6750)."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from stoppress.newsroom.models import ApiToken


class ApiRequest(HttpRequest):
    """A request that has passed `TokenAuth`."""

    auth: ApiToken


class TokenAuth(HttpBearer):
    """Let a request through whose bearer token was issued and not revoked."""

    openapi_description = "A token made by `stoppress token NAME`."

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return ApiToken.holding(token.strip())
