"""Responses with an ETag: 304 if the reader has the same content."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response


def etag_of(content: bytes) -> str:
    """Return the ETag of a content, or of the values that the content depends on."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def tagged(
    request: HttpRequest,
    etag: str,
    write: Callable[[], bytes | str],
    content_type: str | None = None,
    status: int = 200,
) -> HttpResponseBase:
    """Return a response with its ETag, or 304 if the reader has it.

    Args:
        write: returns the content; it is not called for a 304.
        content_type: that of HTML by default.
    """
    # RFC 9110, 13.2.1: conditions count only if the response would be a success.
    unchanged = get_conditional_response(request, etag=etag) if status == 200 else None
    response = unchanged or HttpResponse(write(), status=status, content_type=content_type)
    response["ETag"] = etag
    return response
