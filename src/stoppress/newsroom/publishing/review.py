"""A user's review of a machine-made text."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from stoppress.newsroom.models import Article

from .errors import InvalidField

# A review covers these fields and the body's tree.
REVIEWED = {"headline", "summary", "source_type"}


def settle_review(
    article: Article, given: Mapping[str, object], differing: set[str], *, reads_otherwise: bool
) -> set[str]:
    """End the review of a text that has changed, unless the same change sets `reviewed_by`.

    Args:
        given: the fields that the caller writes.
        differing: the fields of them that have changed; all are set already.
        reads_otherwise: the body's tree has changed.

    Returns:
        The names of all fields that have changed.

    Raises:
        InvalidField: `reviewed_by` is set, and no machine has made the text.
    """
    if given.get("reviewed_by") and not article.is_machine_made:
        raise InvalidField(
            "reviewed_by",
            _("is only for text made by a machine: first state how it was made."),
        )
    ended = "reviewed_by" not in given and (reads_otherwise or bool(differing & REVIEWED))
    if ended and article.reviewed_by:
        article.reviewed_by = ""
        return differing | {"reviewed_by"}
    return differing
