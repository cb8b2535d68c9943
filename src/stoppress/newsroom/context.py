"""The template context that all pages share."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from .accessibility import contact_link
from .direction import is_right_to_left
from .language import site_language
from .models import Section


def page_context(request: HttpRequest) -> dict[str, object]:
    """Return the paper's name, its sections, the day, and the page's languages, zone and address.

    `site_language` is the language of the paper's articles, `language` the language of the page's
    own texts. The day is in the site's zone.
    The settings `STOPPRESS_SITE_NAME`, `STOPPRESS_DEMO`, `STOPPRESS_CONTACT` and
    `STOPPRESS_REMEMBER_READING` are read here. The context does not contain the request, so that no
    template can use a session, a user or a token.
    """
    contact = getattr(settings, "STOPPRESS_CONTACT", "")
    words = get_language() or settings.LANGUAGE_CODE
    return {
        "site_name": site_name(),
        "demo": getattr(settings, "STOPPRESS_DEMO", False),
        "contact": contact,
        "contact_link": contact_link(contact),
        "remembers": getattr(settings, "STOPPRESS_REMEMBER_READING", True),
        "sections": [_entry(section) for section in Section.objects.all()],
        "today": timezone.localdate(),
        "time_zone": timezone.get_current_timezone_name(),
        "site_language": site_language(),
        "site_direction": _runs(site_language()),
        "language": words,
        "language_direction": _runs(words),
        "address": request.build_absolute_uri(request.path),
    }


def site_name() -> str:
    """Return the paper's name."""
    return str(getattr(settings, "STOPPRESS_SITE_NAME", "Stop Press"))


def _entry(section: Section) -> dict[str, object]:
    return {"slug": section.slug, "name": section.name, "tone": section.tone}


def _runs(language: str) -> str:
    return "rtl" if is_right_to_left(language) else "ltr"
