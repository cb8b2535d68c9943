"""The script that inserts a frame into another site's page."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stoppress.newsroom.tagged import etag_of, tagged

FILE = "newsroom/frame.js"
# Seconds. The address never changes, so caches must revalidate soon after an update of the site.
FRESH = 300


@csrf_exempt
@require_safe
def frame_script(request: HttpRequest) -> HttpResponseBase:
    """Answer with the script. Its address must not change, since other sites' pages contain it."""
    path = finders.find(FILE)
    assert isinstance(path, str), f"{FILE} is a file of this package"
    script = Path(path).read_bytes()
    response = tagged(request, etag_of(script), lambda: script, "text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={FRESH}"
    # For pages that load only other sites' files with this header (COEP).
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
