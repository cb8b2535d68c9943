"""Make a body's tree. A long text takes a second, so do this before taking any lock."""

from collections.abc import Mapping
from functools import lru_cache

from stoppress.newsroom.body.body import Body, TooCostly, Tree, read
from stoppress.newsroom.body.questions import questions
from stoppress.newsroom.letters import tree_without_piles
from stoppress.newsroom.models import Article, Picture
from stoppress.newsroom.pictures.questions import of_text
from stoppress.newsroom.pictures.references import picture_ids

from .errors import InvalidField
from .fields import checked

TEXT = {"body", "body_format"}


def typeset(body: str, body_format: str) -> Tree:
    """Return a body's tree; see `body_of`."""
    return body_of(body, body_format).tree


def left_out(article: Article) -> tuple[str, ...]:
    """Return a warning for each part of a text that readers will not see.

    The warnings are in the active language.
    """
    return tuple(each.shown() for each in body_of(article.body, article.body_format).warnings)


def asked(article: Article) -> tuple[str, ...]:
    """Return questions to the editor about a text, such as what a picture shows.

    The questions are in the active language.
    """
    tree = body_of(article.body, article.body_format).tree
    pictures = {each.pk: each for each in Picture.objects.filter(pk__in=picture_ids(tree))}
    described = {each.reference for each in pictures.values() if each.alt}
    asked = [*questions(tree, described), *of_text(tree, pictures)]
    return tuple(each.shown() for each in asked)


@lru_cache(maxsize=4)
def body_of(body: str, body_format: str) -> Body:
    """Return a body as readers will see it.

    The latest four are cached. Callers must not change them.

    Raises:
        InvalidField: the text would take too long to read.
    """
    try:
        made = read(body, body_format)
        # The check of the field sees only combining marks written as characters. Marks can also be
        # written as numeric references, and be spread over elements.
        return Body(tree_without_piles(made.tree), made.warnings)
    except TooCostly as error:
        raise InvalidField("body", error.message.shown()) from error


def prepare(fields: Mapping[str, object], article: Article | None = None) -> dict[str, object]:
    """Do the slow work of a verb before it locks anything.

    Every verb calls this. A caller that combines verbs in its own `live.atomic()` calls it before.

    Args:
        article: the article to change; None for a new one.

    Returns:
        The fields with the values to store.

    Raises:
        InvalidField: the verb would refuse a value.
    """
    accepted = checked(fields)
    if TEXT & accepted.keys():
        before = article or Article()
        typeset(
            str(accepted.get("body", before.body)),
            str(accepted.get("body_format", before.body_format)),
        )
    return accepted
