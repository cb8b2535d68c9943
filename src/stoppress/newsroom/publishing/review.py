"""A user's review of a text that a machine has made."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from stoppress.newsroom.models import Article

from .errors import InvalidField

# A review is of these as they stood, and of the body as it reads.
REVIEWED = {"headline", "summary", "source_type"}


def settle_review(
    article: Article, given: Mapping[str, object], differing: set[str], *, reads_otherwise: bool
) -> set[str]:
    """End the review of a text that has changed, unless the same change says who reviewed it.

    Args:
        given: the fields that the caller writes.
        differing: those of them that have changed the article; all are set.
        reads_otherwise: the body's tree has changed.

    Returns:
        The names of all fields that have changed.

    Raises:
        InvalidField: the review is of a text that no machine has made.
    """
    if given.get("reviewed_by") and not article.is_machine_made:
        raise InvalidField(
            "reviewed_by",
            _("is for a text that a machine has made: say first how it was made."),
        )
    ended = "reviewed_by" not in given and (reads_otherwise or bool(differing & REVIEWED))
    if ended and article.reviewed_by:
        article.reviewed_by = ""
        return differing | {"reviewed_by"}
    return differing
