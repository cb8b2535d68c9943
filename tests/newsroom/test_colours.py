"""The colours of the readers' pages: those of the art direction, and enough contrast for text."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

# Light, dark.
COLOURS = {
    "paper": ("#fbf9f4", "#161512"),
    "raised": ("#f3efe6", "#201e1a"),
    "ink": ("#1b1916", "#ece7dc"),
    "soft": ("#5e574d", "#aba396"),
    "rule": ("#d8d1c4", "#3b3832"),
    "live": ("#a3141c", "#ff8d83"),
    "on-live": ("#fff", "#1d0504"),
    "note": ("#f6ecd2", "#2b2415"),
    "note-edge": ("#8a5d00", "#d9a441"),
    "fresh": ("#fbeab5", "#443813"),
    "focus": ("#12507a", "#8fc3ea"),
    "error": ("#a3141c", "#ff8d83"),
    "section-1": ("#12507a", "#8fc3ea"),
    "section-2": ("#0b5f5f", "#6fcfc8"),
    "section-3": ("#5b3f8c", "#c3adf0"),
    "section-4": ("#7a4a12", "#e5b877"),
    "section-5": ("#2c6a24", "#98d08a"),
    "section-6": ("#8c2f6b", "#f0a3d1"),
}
TEXT = ["ink", "soft", "live", "error", *(f"section-{n}" for n in range(1, 7))]
GROUNDS = ["paper", "note", "fresh"]
ENOUGH = 4.6


def palettes() -> list[dict[str, str]]:
    """Return the style sheet's colours, light and dark."""
    texts = []
    for name in ("tokens", "dark"):
        path = finders.find(f"newsroom/paper/{name}.css")
        assert isinstance(path, str)
        texts.append(Path(path).read_text())
    return [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]+);", each)) for each in texts]


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rgb` or `#rrggbb` (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_colours_are_those_of_the_art_direction() -> None:
    for scheme, palette in enumerate(palettes()):
        assert palette == {name: both[scheme] for name, both in COLOURS.items()}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_has_contrast_on_every_background(scheme: int) -> None:
    palette = palettes()[scheme]
    faint = {
        (text, ground): round(found, 2)
        for text in TEXT
        for ground in GROUNDS
        if (found := contrast(palette[text], palette[ground])) < ENOUGH
    }
    assert faint == {}
    assert contrast(palette["on-live"], palette["live"]) >= ENOUGH
    # A mark that is no text needs three to one (WCAG 2.2, 1.4.11).
    for mark in ("focus", "note-edge"):
        assert all(contrast(palette[mark], palette[ground]) >= 3 for ground in GROUNDS)
