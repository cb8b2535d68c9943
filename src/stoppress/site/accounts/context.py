"""Context for the sign-in pages, and for the admin's link to the second factor."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest

from .configuration import provider_name


def sign_in(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, and the available ways to sign in."""
    return {
        "site_header": admin.site.site_header,
        "site_title": admin.site.site_title,
        "second_factor": settings.STOPPRESS_SECOND_FACTOR,
        "single_sign_on": provider_name(settings.STOPPRESS_OIDC),
    }
