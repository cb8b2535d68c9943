"""The known accessibility of the pages: the result of a run of the tests.

`make accessibility` writes the file; a test fails if a run and the file differ.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .body.address import safe_address

PAGES = {
    "front": _("Front page"),
    "section": _("Section"),
    "topic": _("Topic"),
    "author": _("Author"),
    "older_news": _("Older news"),
    "search": pgettext_lazy("noun", "Search"),
    "archive": _("Archive"),
    "archive_month": _("Archive of a month"),
    "archive_day": _("Archive of a day"),
    "article": _("Article"),
    "corrected": _("Corrected article"),
    "withdrawn": _("Withdrawn article"),
    "changes": _("What changed"),
    "live": _("Live story"),
    "closed": _("Live story that has ended"),
    "older": _("Older posts"),
    "post": _("A post"),
    "accessibility": _("Accessibility"),
    "embed_section": _("Section in a frame"),
    "embed_article": _("Article in a frame"),
    "embed_live": _("Live story in a frame"),
    "not_found": _("Not found"),
    "out_of_order": _("Out of order"),
}
STATES = {
    "plain": _("as it comes"),
    "waiting": _("new stories are waiting"),
    "paused": _("paused"),
    "offline": _("without a connection"),
    "breaking": _("breaking news comes"),
}
THEMES = {"light": _("light"), "dark": _("dark"), "forced": _("forced colours")}


@dataclass(frozen=True)
class Checked:
    """A run: the checked pages, the tools and the date. Its texts are in the active language."""

    axe: str
    browser: str
    date: date
    pages: list[tuple[str, str]]  # each page, and its states
    themes: str
    rules: int
    screen_readers: str


@cache
def run() -> dict[str, Any]:
    """Return the content of the run's file: states by page, themes, the ids of the rules."""
    found: dict[str, Any] = json.loads((files(__package__) / "accessibility.json").read_text())
    return found


def checked() -> Checked:
    """Return the last run, for the accessibility statement."""
    result = run()
    return Checked(
        axe=result["axe"],
        browser=result["browser"],
        date=date.fromisoformat(result["date"]),
        pages=[
            (str(PAGES[page]), ", ".join(str(STATES[state]) for state in states))
            for page, states in result["pages"].items()
        ],
        themes=", ".join(str(THEMES[theme]) for theme in result["themes"]),
        rules=len(result["rules"]),
        screen_readers=", ".join(result["screen_readers"]),
    )


def contact_link(contact: str) -> str:
    """Return the address of a contact: an e-mail address or a page; empty for anything else."""
    if "://" in contact:
        return safe_address(contact) or ""
    return f"mailto:{contact}" if "@" in contact else ""
