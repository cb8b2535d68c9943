"""The API's errors, all of one shape: `{"detail": "headline is required", "field": "headline"}`."""

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.log import log_response
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from stoppress import live
from stoppress.live.request_id import current_id
from stoppress.live.trouble import trouble
from stoppress.newsroom.failures import RETRY_SECONDS, database_words
from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import InvalidField, VersionConflict, WrongState
from stoppress.newsroom.rights import NoRight, scope_of
from stoppress.newsroom.unlogged import unlogged
from stoppress.newsroom.uploading import NotNow

# Replacements for messages of pydantic that a person would not understand.
WORDS = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this call",
    "string_too_short": "is required",
    "string_unicode": "contains half a surrogate pair",
}
# The subject of pydantic's other messages; the field's name replaces it.
SUBJECT = re.compile(r"^(Input|String|Value error,) ")

IF_MATCH = "If-Match"
NO_OBJECT = "The body must be a JSON object with the call's fields."


class TooManyWrongTokens(Exception):
    """An address has sent too many wrong tokens.

    Attributes:
        seconds: until the address may send a wrong token again.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many wrong tokens, for {seconds:.0f} seconds")
        self.seconds = seconds


class Refusal(Exception):
    """A refused request: its HTTP status, and the invalid field if there is one."""

    def __init__(
        self,
        status: int,
        message: str,
        field: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.field = status, message, field
        self.headers = headers


def error(status: int, message: str, field: str = "") -> JsonResponse:
    """Return an error. If a field is invalid, the detail begins with its name."""
    if field:
        return JsonResponse({"detail": f"{field} {message}", "field": field}, status=status)
    return JsonResponse({"detail": message}, status=status)


def refused(request: HttpRequest, exc: Refusal) -> JsonResponse:
    response = error(exc.status, exc.message, exc.field)
    for name, value in exc.headers.items():
        response[name] = value
    return response


def challenge(status: int, code: str, message: str, **more: str) -> Refusal:
    """Return the refusal of a token, with the header of RFC 6750 section 3.

    Args:
        code: `invalid_token` or `insufficient_scope`; empty if the request had no token.
        more: further attributes of the header.
    """
    attributes = {"realm": "Stop Press", "error": code, **more}
    joined = ", ".join(f'{name}="{value}"' for name, value in attributes.items() if value)
    return Refusal(status, message, headers={"WWW-Authenticate": f"Bearer {joined}"})


def too_narrow(token: ApiToken, scope: Scope, because: str) -> Refusal:
    """Return the refusal of a token without the scope (RFC 6750 section 3.1).

    Args:
        because: the subject of the message.
    """
    words = f"{because} needs the scope {scope}; this token has {token.scope}."
    return challenge(403, "insufficient_scope", words, scope=scope)


def not_signed_in(request: HttpRequest, exc: AuthenticationError) -> JsonResponse:
    words = "A valid token is needed: Authorization: Bearer TOKEN."
    return refused(request, challenge(401, "", words))


def too_many_wrong_tokens(request: HttpRequest, exc: TooManyWrongTokens) -> JsonResponse:
    response = error(429, "Too many wrong tokens came from this address. A valid one still works.")
    response["Retry-After"] = str(math.ceil(exc.seconds))
    # The wrong tokens before this one were logged.
    return unlogged(response)


def invalid(request: HttpRequest, exc: ValidationError) -> JsonResponse:
    """Name every invalid field in the detail, and the first one in `field`."""
    faults = [fault(entry) for entry in exc.errors]
    detail = "; ".join(f"{field} {message}".strip() for field, message in faults)
    answer = {"detail": detail}
    if faults[0][0]:
        answer["field"] = faults[0][0]
    # Without a field, the whole body is missing or is not an object.
    return JsonResponse(answer, status=422 if faults[0][0] else 400)


def fault(entry: dict[str, Any]) -> tuple[str, str]:
    """Return the field and the message of one of pydantic's errors."""
    source, *path = entry["loc"]
    # Ninja puts the name of the view's parameter before the fields of a body.
    names = [str(part) for part in (path[1:] if source == "body" else path)]
    message = WORDS.get(entry["type"]) or SUBJECT.sub("", entry["msg"])
    if source == "body" and not names:
        return "", NO_OBJECT
    return ".".join(names), message


def http_error(request: HttpRequest, exc: HttpError) -> JsonResponse:
    # Ninja turns every exception of a parser into a 400, with our refusal as its cause.
    if isinstance(exc.__cause__, Refusal):
        return refused(request, exc.__cause__)
    return error(exc.status_code, exc.message)


def too_big(request: HttpRequest, exc: RequestDataTooBig) -> JsonResponse:
    return error(413, "The body is larger than this server accepts.")


def not_found(request: HttpRequest, exc: Http404) -> JsonResponse:
    return error(404, str(exc) or "There is nothing at this address.")


def invalid_field(request: HttpRequest, exc: InvalidField) -> JsonResponse:
    return error(422, exc.message, exc.field)


def wrong_state(request: HttpRequest, exc: WrongState) -> JsonResponse:
    return error(409, str(exc))


def no_right(request: HttpRequest, exc: NoRight) -> JsonResponse:
    token, scope = getattr(request, "auth", None), scope_of(exc.verb)
    if isinstance(token, ApiToken) and not token.may(scope):
        return refused(request, too_narrow(token, scope, exc.subject))
    return error(403, str(exc))


def lost_update(request: HttpRequest, exc: VersionConflict) -> JsonResponse:
    """List the changed fields, so that a program can merge; the versions name the authors."""
    since = (
        f"; since version {exc.expected} changed: {', '.join(exc.changed)}" if exc.changed else ""
    )
    words = f"{IF_MATCH} does not name the present version, {exc.current}{since}"
    answer = {"detail": words, "field": IF_MATCH, "version": exc.current}
    return JsonResponse(answer | {"changed": list(exc.changed)}, status=412)


def busy(request: HttpRequest, exc: live.StreamBusy) -> JsonResponse:
    response = error(503, str(exc))
    response["Retry-After"] = "1"
    waited = exc.__cause__ is not None and trouble.note(exc.__cause__)
    return unlogged(response) if waited else response


def not_now(request: HttpRequest, exc: NotNow) -> JsonResponse:
    response = error(503, str(exc))
    response["Retry-After"] = str(RETRY_SECONDS)
    return unlogged(response)


def database_trouble(request: HttpRequest, exc: Exception) -> JsonResponse:
    """Answer 503 if the database does not work; the trouble is logged once, not each request."""
    words = database_words(request, exc)
    if words is None:
        return broken(request, exc)
    response = error(503, words)
    response["Retry-After"] = str(RETRY_SECONDS)
    return unlogged(response)


def broken(request: HttpRequest, exc: Exception) -> JsonResponse:
    """Answer 500 in JSON instead of Django's page; log it, and send Django's signal."""
    got_request_exception.send(sender=NinjaAPI, request=request)
    told = {"detail": "The server failed to answer; the error has been logged."}
    named = {"request_id": request_id} if (request_id := current_id()) else {}
    response = JsonResponse(told | named, status=500)
    message = "Internal Server Error: %s"
    log_response(message, request.path, response=response, request=request, exception=exc)
    return response


HANDLERS: dict[type[Exception], Any] = {
    AuthenticationError: not_signed_in,
    HttpError: http_error,
    Http404: not_found,
    InvalidField: invalid_field,
    NoRight: no_right,
    NotNow: not_now,
    Refusal: refused,
    RequestDataTooBig: too_big,
    TooManyWrongTokens: too_many_wrong_tokens,
    ValidationError: invalid,
    VersionConflict: lost_update,
    WrongState: wrong_state,
    live.StreamBusy: busy,
    DatabaseError: database_trouble,
    Exception: broken,
}


def register(api: NinjaAPI) -> None:
    """Add these handlers to an API."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
