"""System checks of the templates that render live objects."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning, register
from django.db.models import Model
from django.template import TemplateDoesNotExist, TemplateSyntaxError, loader
from django.utils.translation import check_for_language

from .publishing import registry
from .publishing.pattern import Pattern
from .rendering.allowed import may_be_element

# It imports models, and this module is loaded before them.
_LIVE_MODEL = "stoppress.live.publishing.live_model"
_COMMENT = re.compile(
    r"\{#.*?#\}|\{% *comment\b.*?%\}.*?\{% *endcomment *%\}|<!--.*?-->", re.DOTALL
)
_PART = re.compile(r"\{% *(?:include|extends) +[\"']([^\"']+)[\"']")
_TAG = re.compile(r"<([a-z][a-z0-9]*)", re.IGNORECASE)
# Their output is out of date a moment later, and would differ between page and event.
_OF_THE_MOMENT = re.compile(r"\{% *now\b|\| *(?:naturaltime|timesince|timeuntil)\b")


@register("stoppress")
def check_templates(**_: Any) -> list[CheckMessage]:
    """Check that the templates of live models can be loaded, and have no unsuitable tags."""
    found: list[CheckMessage] = []
    for model in apps.get_models():
        template = getattr(model, "live_template", None)
        if template is None:
            live_item = getattr(model, "live_item", None)
            if live_item is not None and live_item.__module__ == _LIVE_MODEL:
                found.append(_says_nothing(model))
            continue
        by_pattern: Mapping[str | None, str]
        by_pattern = template if isinstance(template, Mapping) else {None: template}
        label = model._meta.label
        patterns = {stream.pattern for stream in registry.registered()}
        found += [
            Error(
                f"live_template of {label} names the stream {pattern!r}, and none is registered.",
                hint=f"Its keys are patterns as registered: {', '.join(sorted(patterns))}.",
                id="stoppress.E034",
            )
            for pattern in by_pattern
            if pattern is not None and pattern not in patterns
        ]
        for name in sorted(set(by_pattern.values())):
            found += _check_template(label, name)
    return found


@register("stoppress")
def check_languages(**_: Any) -> list[CheckMessage]:
    """Check that the language of each stream exists."""
    return [
        Error(
            f"The stream {stream.pattern!r} is in the language {stream.language!r}, which Django "
            "does not have.",
            hint="Give a code such as 'nb', or the name of a placeholder of the pattern.",
            id="stoppress.E035",
        )
        for stream in registry.registered()
        if stream.language is not None
        and stream.language not in Pattern(stream.pattern).placeholders
        and not check_for_language(stream.language)
    ]


def _says_nothing(model: type[Model]) -> CheckMessage:
    return Warning(
        f"{model._meta.label} is live and has neither live_template nor live_item(): its items say "
        "nothing.",
        hint='Name the template that renders one, such as live_template = "_match.html".',
        id="stoppress.W024",
    )


def _check_template(label: str, name: str) -> Iterator[CheckMessage]:
    try:
        sources = dict(_sources(name, set()))
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        yield Error(
            f"live_template of {label} is {name!r}, which cannot be loaded: {error!r}",
            hint="A template is searched for as by render().",
            id="stoppress.E019",
        )
        return
    for part, source in sources.items():
        for number, line in enumerate(_without_comments(source).splitlines(), 1):
            refused = [tag for tag in _TAG.findall(line) if not may_be_element(tag)]
            if refused:
                yield Error(
                    f"{part}, line {number}: <{refused[0]}> is not allowed in the items of "
                    f"{label}.",
                    hint="Leave it to the page around the feed.",
                    id="stoppress.E033",
                )
            if told := _OF_THE_MOMENT.search(line):
                yield Warning(
                    f"{part}, line {number}: the output of {told[0].strip('{%| ')} is soon out of "
                    f"date, and no event updates it.",
                    hint="Write <time datetime=\"{{ …|date:'c' }}\" data-time>: the client writes "
                    "it in the reader's zone.",
                    id="stoppress.W023",
                )


def _sources(name: str, known: set[str]) -> Iterator[tuple[str, str]]:
    """Return the sources of a template and of the templates that it refers to, by name."""
    if name in known:
        return
    known.add(name)
    template: Any = loader.get_template(name)
    source = getattr(template.template, "source", None)
    if isinstance(source, str):  # only templates of Django's own engine have one
        yield name, source
        for part in _PART.findall(_without_comments(source)):
            yield from _sources(part, known)


def _without_comments(source: str) -> str:
    """Return a source without the content of its comments; line numbers stay the same."""
    return _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), source)
