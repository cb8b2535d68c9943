"""Refuse forms that are not in UTF-8."""

import codecs
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class FormEncoding:
    """Refuses a form in another encoding, which Django would try to read, with various errors.

    A browser sends a form in its page's encoding, and all our pages are in UTF-8.
    """

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = (request.content_params or {}).get("charset", "utf-8")
        if request.content_type in FORMS and not _is_utf8(named):
            return HttpResponse("Send the form as UTF-8.\n", status=415, content_type="text/plain")
        return self._get_response(request)


def _is_utf8(named: str) -> bool:
    try:
        return codecs.lookup(named).name in {"utf-8", "ascii"}
    except (LookupError, ValueError):
        return False
