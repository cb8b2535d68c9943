"""The template context that all pages share."""

from datetime import UTC

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from .language import site_language
from .models import Section


def page_context(request: HttpRequest) -> dict[str, object]:
    """Return the paper's name, its sections, the day (UTC), and the page's languages and address.

    `site_language` is the language of the paper's texts, `language` that of the page's own words.
    The settings `STOPPRESS_SITE_NAME` and `STOPPRESS_DEMO` are read here. The context does not
    contain the request, so that no template can use a session, a user or a token.
    """
    return {
        "site_name": getattr(settings, "STOPPRESS_SITE_NAME", "Stop Press"),
        "demo": getattr(settings, "STOPPRESS_DEMO", False),
        "sections": list(Section.objects.values("slug", "name")),
        "today": timezone.now().astimezone(UTC).date(),
        "site_language": site_language(),
        "language": get_language() or settings.LANGUAGE_CODE,
        "address": request.build_absolute_uri(request.path),
    }
