"""The address of a picture's file. Readers get it while something public shows the picture."""

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from stoppress.newsroom.models import Picture
from stoppress.newsroom.models.picture import DIGEST_SHOWN

from .item import TYPES


@require_safe
def picture(request: HttpRequest, pk: int, digest: str, width: int, format: str) -> HttpResponse:
    """Answer with a rendition's file; 404 unless a public article uses the picture."""
    found = Picture.objects.public().filter(pk=pk).first()
    if found is None or found.digest[:DIGEST_SHOWN] != digest:
        return HttpResponse(status=404)
    for rendition in found.renditions:
        if rendition["width"] == width and rendition["format"] == format:
            with default_storage.open(found.file_name(rendition)) as file:
                response = HttpResponse(file.read(), content_type=TYPES[format])
            response["Cache-Control"] = "public, max-age=2"
            return response
    return HttpResponse(status=404)
