"""Questions to editors about missing texts of a picture. A missing text is never an error."""

from stoppress.newsroom.body.tree import Tree
from stoppress.newsroom.models import Article, Picture
from stoppress.newsroom.phrase import Phrase, marked

from .in_body import Pictures, without_credit

NO_ALT = marked(
    "Picture %(number)d has no alternative text. What does it show, for those who cannot see it?"
)
LEAD_NO_ALT = marked(
    "The lead picture (%(number)d) has no alternative text. What does it show, for those who cannot"
    " see it?"
)

UNCREDITED = marked(
    "Should picture %(number)d be in a separate paragraph? In its present place, readers do not see"
    " its credit: %(credit)s."
)


def of_picture(picture: Picture) -> list[Phrase]:
    """Return the questions about the texts that a picture lacks."""
    return [] if picture.alt else [Phrase(NO_ALT, number=picture.pk)]


def of_lead(article: Article) -> list[Phrase]:
    """Return the questions about the texts that an article's lead picture lacks."""
    picture = article.image
    return [Phrase(LEAD_NO_ALT, number=picture.pk)] if picture and not picture.alt else []


def of_text(tree: Tree, pictures: Pictures) -> list[Phrase]:
    """Return the questions about pictures whose credit is not shown at their place in a text.

    Args:
        pictures: by their ids.
    """
    return [
        Phrase(UNCREDITED, number=each.pk, credit=each.credit)
        for each in without_credit(tree, pictures)
    ]
