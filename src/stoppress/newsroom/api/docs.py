"""The API's documentation page, Swagger UI, from local files only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

# The page has its own policy. Swagger UI sets innerHTML, so it does not run under Trusted Types,
# and its icons are data: addresses. It needs no inline script or style, and no other server.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


class DocsPage(DocsBase):
    """Shows the API's OpenAPI description in the Swagger UI that comes with Ninja."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        openapi_url = self.get_openapi_url(api, kwargs)
        settings = {
            "url": openapi_url,
            "layout": "BaseLayout",
            "deepLinking": True,
            # Without this it loads a badge from a validator on the internet.
            "validatorUrl": None,
        }
        context = {"api": api, "openapi_url": openapi_url, "settings": settings}
        response = render(request, "newsroom/api_docs.html", context)
        response["Content-Security-Policy"] = POLICY  # django-csp keeps an existing header
        return response
