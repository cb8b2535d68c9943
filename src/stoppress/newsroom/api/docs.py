"""The page that explains the API and tries it, from local files only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

# Its own policy: Swagger UI sets innerHTML, so it cannot live under Trusted Types, and has its
# icons in data: addresses. It runs no inline script or style, and talks to this server alone.
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
    """Show the API's OpenAPI description in the Swagger UI that ninja brings along."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        openapi_url = self.get_openapi_url(api, kwargs)
        settings = {
            "url": openapi_url,
            "layout": "BaseLayout",
            "deepLinking": True,
            # By default it has a badge fetched for it from a validator on the internet.
            "validatorUrl": None,
        }
        context = {"api": api, "openapi_url": openapi_url, "settings": settings}
        response = render(request, "newsroom/api_docs.html", context)
        response["Content-Security-Policy"] = POLICY  # django-csp leaves one that is there alone
        return response
