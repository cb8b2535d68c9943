"""The address that browsers and programs ask for an icon by themselves."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

# The file's own name changes with its content.
FOR_A_DAY = "public, max-age=86400"


# Exempt, because methods other than GET and HEAD get a 405: there is nothing to forge.
@csrf_exempt
@require_safe
def favicon(request: HttpRequest) -> HttpResponseBase:
    """Lead to the site's icon; a site has its own by a file of this name in its theme."""
    response = redirect(static("newsroom/favicon.ico"))
    response["Cache-Control"] = FOR_A_DAY
    return response
