"""Health checks: `/healthz` (the process is alive) and `/readyz` (it is ready for readers)."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stoppress import live
from stoppress.live.models import Installation
from stoppress.newsroom.unlogged import unlogged
from stoppress.site.serving import leaving


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can answer at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the log can be read and the server does not shut down; else 503 and why."""
    words = _why_not()
    answer = HttpResponse(f"{words or 'ready'}\n", content_type="text/plain")
    if words:
        answer.status_code = 503
        # A probe may ask each second, and a 503 for it is not an error of the site.
        unlogged(answer)
    return answer


def _why_not() -> str | None:
    if not leaving.ready():
        return "leaving"
    try:
        with live.reading():
            there = Installation.objects.exists()
    except DatabaseError:
        there = False
    return None if there else "the log cannot be read"
