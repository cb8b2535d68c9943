"""The answers to failed requests: the site has an error, or its database does not work."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from stoppress import live
from stoppress.live.request_id import current_id
from stoppress.live.trouble import may_have_committed, trouble

from .context import site_name
from .unlogged import unlogged
from .uploading import NotNow

# Seconds after which a request may work again.
RETRY_SECONDS = 5
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed (Django's `handler500`), with its id for the reader to quote.

    If the database does not work, or there is no room for an upload, the answer is 503. The log has
    one line for the trouble, and none for this request; the page has no id, because all waiting
    requests may get the same page.
    """
    error = sys.exc_info()[1]
    if isinstance(error, NotNow):
        words: str | None = str(error)
    else:
        words = database_words(request, error) if error is not None else None
    told: dict[str, object] = {"request_id": current_id()} if words is None else {"words": words}
    told |= {"site_name": site_name(), "again": request.method in SAFE}
    answer = HttpResponse(render_to_string("500.html", told), status=500 if words is None else 503)
    answer["Cache-Control"] = "no-store"
    if words is None:
        return answer
    answer["Retry-After"] = str(RETRY_SECONDS)
    return unlogged(answer)


def database_words(request: HttpRequest, error: BaseException) -> str | None:
    """Return a message for the user if an error means trouble with the database; else None.

    The trouble is logged. The message has no details: they are for the operator.
    """
    if isinstance(error, live.StreamBusy):
        error = error.__cause__ or error
    if trouble.note(error) is None:
        return None
    if request.method in SAFE:
        return gettext("The database does not answer now. Try again in a moment.")
    if may_have_committed(error):
        return gettext(
            "The database failed while it saved this. It may be saved and published, or not: look "
            "before you send it again."
        )
    return gettext(
        "The database does not take changes now. Nothing was saved or published. Try again."
    )
