"""The view that saves a posted article inside the server, as the admin would."""

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from .writing import write_article


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    told = json.loads(request.body)
    write_article(told["seq"], told["headline"])
    return HttpResponse(status=201)
