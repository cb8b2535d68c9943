"""The API and its addresses; mounted at `/api/`."""

from collections.abc import Callable
from functools import lru_cache, wraps
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
from ninja.responses import Response

from stoppress.newsroom.language import in_english

from . import articles, desk, errors, pictures, posts, versions
from .auth import TokenAuth
from .calls import describe_headers
from .docs import DocsPage
from .parser import JsonParser

View = Callable[..., HttpResponse]

api = NinjaAPI(
    title="Stop Press publish API",
    version="1",
    description="Publish and read articles, posts of live stories, and pictures."
    " Make a token with `stoppress token NAME`.",
    urls_namespace="publish_api",
    docs=DocsPage(),
    parser=JsonParser(),
    auth=TokenAuth(),
)
for part in (articles, posts, desk, versions, pictures):
    api.add_router("", part.router)
errors.register(api)


@lru_cache(maxsize=8)
def description(root: str) -> bytes:
    """Return the API's OpenAPI description, cached: making it takes as long as thirty pages.

    Args:
        root: the API's own address.
    """
    schema = api.get_openapi_schema(path_prefix=root)
    describe_headers(schema)
    made: bytes = Response(schema).content
    return made


def openapi(request: HttpRequest) -> HttpResponse:
    root = reverse("publish_api:api-root")
    return HttpResponse(description(root), content_type="application/json")


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("publish_api:openapi-view"))


def nothing(request: HttpRequest) -> HttpResponse:
    return errors.not_found(request, Http404())


def as_all_answers(view: View) -> View:
    """Wrap a view: no cache may store its responses, and a 405 is JSON.

    Programs read the messages, so they are in English in every paper. There is no CSRF check: no
    browser sends a bearer token by itself, and calls without a token change nothing.
    """

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with in_english():
            response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            # Ninja's own answer to a wrong method is plain text.
            allowed = response["Allow"]
            response = errors.error(405, f"This address accepts only {allowed}.")
            response["Allow"] = allowed
        # No cache may keep a text that could be retracted later.
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


def as_it_stays(view: View) -> View:
    """Wrap a view of the API's own documentation, which caches may store and revalidate."""
    answer = as_all_answers(view)

    @wraps(answer)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = answer(request, *args, **kwargs)
        if response.status_code in {200, 302}:
            response["Cache-Control"] = "no-cache"
        return response

    return wrapped


# Ninja's own pages accept every method; these wrappers allow GET and HEAD.
OWN = {"openapi-json": as_it_stays, "openapi-view": as_it_stays, "api-root": as_all_answers}

calls = api.urls
for call in calls[0]:
    if isinstance(call, URLPattern) and call.name in OWN:
        view = openapi if call.name == "openapi-json" else call.callback
        call.callback = OWN[call.name](require_safe(view))
    elif call.callback is not None:
        call.callback = as_all_answers(call.callback)

# The redirect comes before the API's own root, whose URL name the OpenAPI description needs.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", as_it_stays(require_safe(home))),
    path("", calls),
    re_path("", as_all_answers(nothing)),
]
