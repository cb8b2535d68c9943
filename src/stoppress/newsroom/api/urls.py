"""The API and its addresses; mounted at `/api/`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import URLPattern, URLResolver, path, re_path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from . import errors
from .articles import router
from .auth import TokenAuth
from .docs import DocsPage
from .parser import JsonParser

View = Callable[..., HttpResponse]

api = NinjaAPI(
    title="Stop Press publish API",
    version="1",
    description="Publish and read articles. Make a token with `stoppress token NAME`.",
    urls_namespace="publish_api",
    docs=DocsPage(),
    parser=JsonParser(),
    auth=TokenAuth(),
)
api.add_router("", router)
errors.register(api)


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("publish_api:openapi-view"))


def nothing(request: HttpRequest) -> HttpResponse:
    return errors.not_found(request, Http404())


def as_all_answers(view: View) -> View:
    """Give an answer what all have in common: no cache keeps it, and an error is JSON.

    None asks for a CSRF token: no browser sends a bearer token by itself, and what needs none
    changes nothing.
    """

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            # Ninja's own answer to a wrong method is plain text.
            allowed = response["Allow"]
            response = errors.error(405, f"This address knows {allowed} only.")
            response["Allow"] = allowed
        # A text that is retracted later must not live on in a cache on the way.
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


calls = api.urls
for call in calls[0]:
    if call.callback is not None:
        # Ninja's own pages answer to every method.
        own = call.name in {"openapi-json", "openapi-view", "api-root"}
        call.callback = as_all_answers(require_safe(call.callback) if own else call.callback)

# The redirect stands before the API's own root, whose name the OpenAPI description needs.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", as_all_answers(require_safe(home))),
    path("", calls),
    re_path("", as_all_answers(nothing)),
]
