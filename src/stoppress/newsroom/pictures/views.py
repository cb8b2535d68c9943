"""The address of a picture's file: readers get it while a public article shows the picture."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stoppress.newsroom.models import Picture
from stoppress.newsroom.models.picture import DIGEST_SHOWN
from stoppress.newsroom.rights import visible_pictures

from . import storing
from .item import TYPES

logger = logging.getLogger("stoppress.newsroom")

# Caches ask again after these seconds, so that a picture is gone soon after it is withdrawn. Shared
# ones earlier: some hand their copy on without its age, and a browser keeps it from then on.
FOR_ALL = "public, max-age=2, s-maxage=1"
FOR_ONE = "private, no-store"
RETRY_SECONDS = 5
GUARDS = {
    # A browser shows the file as a picture or not at all, whatever its content.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    # Programs that read feeds, and sites that quote an article, show its picture.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


# Exempt, because methods other than GET and HEAD get a 405: there is nothing to forge.
@csrf_exempt
@require_safe
def picture(
    request: HttpRequest, pk: int, digest: str, width: int, format: str
) -> HttpResponseBase:
    """Answer with a rendition's file.

    200 or 304 for everybody while a public article uses the picture, and for a user with staff
    status who may see it at the desk; else 404, also if the picture does not exist. 503 while the
    storage does not answer.
    """
    asked = Picture.objects.filter(pk=pk)
    found = asked.public().first()
    cached = FOR_ALL
    # A public picture touches no session: its answer is for every cache.
    if found is None and settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_staff:
        found, cached = visible_pictures(request.user, asked).first(), FOR_ONE
    named = found is not None and found.digest[:DIGEST_SHOWN] == digest
    made: list[dict[str, Any]] = found.renditions if found and named else []
    for rendition in made:
        if found and (rendition["width"], rendition["format"]) == (width, format):
            return _answer(request, found, rendition, cached)
    return _missing()


def _answer(
    request: HttpRequest, picture: Picture, rendition: dict[str, Any], cached: str
) -> HttpResponseBase:
    name = picture.file_name(rendition)
    response = HttpResponse(
        headers={
            "Content-Type": TYPES[rendition["format"]],
            "Cache-Control": cached,
            "ETag": f'"{picture.folder[:16]}-{rendition["width"]}.{rendition["format"]}"',
            "Accept-Ranges": "none",
            **GUARDS,
        }
    )
    known = get_conditional_response(request, etag=response["ETag"], response=response)
    if known is not None and known is not response:
        # Django drops these, and a cache takes the headers of a 304 for those of its copy.
        for name, value in GUARDS.items():
            known[name] = value
        return known
    try:
        response.content = storing.read(name)
    except FileNotFoundError:
        logger.warning("the storage of media has no file %s", name)
        return _missing()
    except storing.NotStored as error:
        logger.error("the storage of media cannot be read: %s", error)
        return HttpResponse(
            "The picture cannot be read just now.\n",
            status=503,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store", "Retry-After": RETRY_SECONDS},
        )
    return response


def _missing() -> HttpResponse:
    return HttpResponse(
        "There is no such picture.\n",
        status=404,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )
