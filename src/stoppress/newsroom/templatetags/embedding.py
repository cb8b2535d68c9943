"""The line of HTML by which another site shows a section or an article."""

from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse

from stoppress.newsroom.models import Article, Section

register = template.Library()


@register.simple_tag(takes_context=True)
def frame_line(context: Context, shown: Any) -> str:
    """Return the script tag that shows a section, or a public article that is no post.

    It is empty for anything else, and if `STOPPRESS_FRAME_ANCESTORS` names no site.
    """
    if not getattr(settings, "STOPPRESS_FRAME_ANCESTORS", []):
        return ""
    script = context["request"].build_absolute_uri(reverse("newsroom:embed_script"))
    if isinstance(shown, Section) and shown.pk:
        return _line(script, "section", shown.slug)
    if isinstance(shown, Article) and shown.is_public and not shown.is_post:
        return _line(script, "article", str(shown.pk))
    return ""


def _line(script: str, kind: str, name: str) -> str:
    # Text for a page, which escapes it once more.
    return f'<script async src="{escape(script)}" data-{kind}="{name}"></script>'
