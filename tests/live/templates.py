"""Templates that a test writes itself."""

from typing import Any


def templates(**sources: str) -> list[dict[str, Any]]:
    """Return the setting TEMPLATES for templates by name, such as `_match`."""
    loaders = [("django.template.loaders.locmem.Loader", sources)]
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [("django.template.loaders.cached.Loader", loaders)],
                "libraries": {
                    "flags": "tests.live.flags",
                    "humanize": "django.contrib.humanize.templatetags.humanize",
                    "live": "stoppress.live.templatetags.live",
                },
            },
        }
    ]
