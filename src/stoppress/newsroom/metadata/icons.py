"""`/favicon.ico`, the address where browsers look for an icon."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

# The file's own name changes with its content.
FOR_A_DAY = "public, max-age=86400"


# Exempt, because other methods than GET and HEAD get a 405, so there is nothing to forge.
@csrf_exempt
@require_safe
def favicon(request: HttpRequest) -> HttpResponseBase:
    """Redirect to the site's icon. A theme replaces it by a file of this name."""
    response = redirect(static("newsroom/favicon.ico"))
    response["Cache-Control"] = FOR_A_DAY
    return response
