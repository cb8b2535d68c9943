"""The parts of two versions of an article, compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from stoppress.newsroom.direction import direction
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import InvalidField
from stoppress.newsroom.publishing.stored_fields import VERSION_TEXTS
from stoppress.newsroom.publishing.typeset import body_of
from stoppress.newsroom.running_text import lines

from .excerpt import excerpt
from .paragraphs import Paragraph, compared

# The fields of a version that readers may see; `fields` also has fields for the desk only.
PUBLIC_PARTS = ("headline", "summary", "byline", "located", "body")
_LABELS = {
    "headline": gettext_lazy("Headline"),
    "summary": gettext_lazy("Summary"),
    "byline": gettext_lazy("Byline"),
    "located": gettext_lazy("Dateline"),
    "body": gettext_lazy("Body"),
}


@dataclass(frozen=True)
class Part:
    """A field of both versions.

    Attributes:
        language, direction: those of the later version's text.
        paragraphs: the paragraphs that are shown.
        left_out: the number of changed paragraphs that are not shown.
    """

    name: str
    language: str
    direction: str
    paragraphs: list[Paragraph]
    left_out: int

    @property
    def label(self) -> str:
        if self.name in _LABELS:
            return str(_LABELS[self.name])
        field: Any = Article._meta.get_field(self.name)
        return capfirst(str(field.verbose_name))


def compared_versions(before: Version, after: Version, names: Iterable[str]) -> list[Part]:
    """Return the parts whose words differ. Reads `after.article`.

    A field is left out if a version does not have it: the version is older than the field, or was
    withdrawn.
    """
    known = {*VERSION_TEXTS, *(before.fields.keys() & after.fields.keys())}
    language = str(after.fields.get("language") or after.article.language)
    parts: list[Part] = []
    for name in filter(known.__contains__, names):
        old, new = _paragraphs(before, name), _paragraphs(after, name)
        if old != new:
            runs = direction(language, " ".join([*new, *old])[:2000])
            told = compared(old, new)
            shown = excerpt(told)
            left_out = _differing(told) - _differing(shown)
            parts.append(Part(name, language, runs, shown, left_out))
    return parts


def _differing(paragraphs: list[Paragraph]) -> int:
    return sum(not each.is_same for each in paragraphs)


def _paragraphs(version: Version, name: str) -> list[str]:
    """Return a field as lines; a body as readers read it."""
    if name == "body":
        try:
            return lines(body_of(version.body, version.body_format).tree)
        except InvalidField:  # an old body, accepted before the present limits
            return [line for line in version.body.split("\n") if line.strip()]
    value = getattr(version, name) if name in VERSION_TEXTS else version.fields.get(name)
    if isinstance(value, list):
        return [", ".join(sorted(map(str, value)))] if value else []
    text = "" if value is None else str(value)
    return [words for line in text.split("\n") if (words := " ".join(line.split()))]
