"""Render a site's template to a view, without a reader."""

import logging
from collections.abc import Mapping
from typing import Any

from django.template import loader
from django.template.backends.django import Template as DjangoTemplate

from .locale import Locale
from .readerless import OF_THE_READER, NoReader, ReaderlessContext, refuse
from .tree import View, parse

logger = logging.getLogger("stoppress.live")

LARGE = 64 * 1024


def render(template_name: str, context: Mapping[str, Any], locale: Locale) -> View:
    """Return the view that a template renders from a context.

    Raises:
        InvalidView: it is not exactly one element, has content that is not allowed, or prints a
            reader's variable.
        Exception: whatever the template raises, with its name in a note.
    """
    try:
        with locale.active():
            html = _html(template_name, context)
        if len(html) > LARGE:
            logger.warning("%s rendered %d characters for one item", template_name, len(html))
        return parse(html)
    except Exception as error:
        error.add_note(f"Raised while the template {template_name} was rendered.")
        raise


def _html(template_name: str, context: Mapping[str, Any]) -> str:
    template: Any = loader.get_template(template_name)
    if isinstance(template, DjangoTemplate):
        engine = template.backend.engine
        readerless = ReaderlessContext(context, autoescape=engine.autoescape)
        html, refused = str(template.template.render(readerless)), readerless.refused
    else:
        refused = []
        without_reader = {name: NoReader(name, refused) for name in OF_THE_READER}
        html = str(template.render({**without_reader, **context}))
    if refused:
        refuse(refused[0])
    return html
