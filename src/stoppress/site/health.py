"""Whether this process is alive, and whether it is ready for readers."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stoppress import live
from stoppress.live.models import Installation


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer while the process can."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the log can be read, else 503."""
    try:
        with live.reading():
            ready = Installation.objects.exists()
    except DatabaseError:
        ready = False
    words = "ready\n" if ready else "the log cannot be read\n"
    return HttpResponse(words, status=200 if ready else 503, content_type="text/plain")
