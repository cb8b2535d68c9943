"""Write a page of views, in a process of its own with another language and time zone active.

python -m tests.browser.other_process COUNT > page.html
"""

import sys
from typing import Any

import django
from django.conf import settings
from django.template import loader
from django.utils import timezone, translation

from stoppress.live.errors import InvalidView
from stoppress.live.rendering.locale import Locale
from stoppress.live.rendering.markup import markup
from stoppress.live.rendering.render import render
from stoppress.live.rendering.tree import View
from tests.live.templates import templates

from .made_templates import made

LOCALE = Locale("nb", "Europe/Oslo")
AROUND = {"tr": "<table><tbody>{}</table>", "tbody": "<table>{}</table>"}


def made_templates(count: int) -> list[dict[str, Any]]:
    """Return the setting TEMPLATES for the templates of as many seeds."""
    return templates(**{f"made{seed}": made(seed)[1] for seed in range(count)})


def views(count: int) -> dict[int, tuple[str, View]]:
    """Return the kinds and the views of the templates that render one element, by seed."""
    found = {}
    for seed in range(count):
        kind, _, context = made(seed)
        try:
            found[seed] = kind, render(f"made{seed}", context, LOCALE)
        except InvalidView:
            continue
    return found


def rendered(seed: int) -> str:
    """Return what the template of a seed makes, as it is."""
    with LOCALE.active():
        return loader.render_to_string(f"made{seed}", made(seed)[2])


def main() -> None:
    count = int(sys.argv[1])
    found = made_templates(count)
    settings.configure(
        TEMPLATES=found,
        LANGUAGE_CODE="ja",
        TIME_ZONE="Asia/Tokyo",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "stoppress.live"],
    )
    django.setup()
    translation.activate("de")
    timezone.activate("America/New_York")
    print("<!doctype html><meta charset=utf-8><body>")
    for seed, (_, view) in views(count).items():
        html = AROUND.get(view[0], "{}").format(markup(view, data_key=str(seed)))
        print(f"<div>{html}</div>")


if __name__ == "__main__":
    main()
