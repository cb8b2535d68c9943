"""The script that another site's page loads to have a frame made."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stoppress.newsroom.tagged import etag_of, tagged

FILE = "newsroom/frame.js"
# Seconds: the address never changes, so an update of the site has to get through.
FRESH = 300


@csrf_exempt
@require_safe
def frame_script(request: HttpRequest) -> HttpResponseBase:
    """Answer with the script, at an address that lasts: it stands in other sites' pages."""
    path = finders.find(FILE)
    assert isinstance(path, str), f"{FILE} is a file of this package"
    script = Path(path).read_bytes()
    response = tagged(request, etag_of(script), lambda: script, "text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={FRESH}"
    # For a page that loads nothing of others unless they allow it (COEP).
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
