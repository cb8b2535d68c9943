"""The notice in the admin that work waits and no background worker runs."""

from contextlib import suppress

from django.db import Error
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .waiting import unattended


def notice(request: HttpRequest) -> dict[str, object]:
    """Add `unattended` to the context of a template: the notice, or an empty text.

    The database is queried only when a template shows the notice, and only for staff on the admin's
    first page or on a list. So a form costs no further query.
    """
    return {"unattended": SimpleLazyObject(lambda: _unattended(request))}


def _unattended(request: HttpRequest) -> str:
    match, user = request.resolver_match, getattr(request, "user", None)
    name = (match.url_name if match and match.app_name == "admin" else None) or ""
    if (name == "index" or name.endswith("_changelist")) and user is not None and user.is_staff:
        with suppress(Error):
            return unattended()
    return ""
