"""The newsroom in Django's admin. Every change goes through the newsroom's verbs."""

from django.conf import settings
from django.contrib import admin

from . import audit, names, pictures, preferences, sections, stories, tokens

__all__ = ["audit", "names", "pictures", "preferences", "sections", "stories", "tokens"]

admin.site.site_header = admin.site.site_title = getattr(
    settings, "STOPPRESS_SITE_NAME", "Stop Press"
)
