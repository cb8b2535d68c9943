"""What is asked of whoever uploads or uses a picture. Nothing is refused for it."""

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
    "Should picture %(number)d stand in a paragraph of its own? Where it stands, readers do not see"
    " its credit: %(credit)s."
)


def of_picture(picture: Picture) -> list[Phrase]:
    """Return what a picture does not say of itself."""
    return [] if picture.alt else [Phrase(NO_ALT, number=picture.pk)]


def of_lead(article: Article) -> list[Phrase]:
    """Return what an article's lead picture does not say of itself."""
    picture = article.image
    return [Phrase(LEAD_NO_ALT, number=picture.pk)] if picture and not picture.alt else []


def of_text(tree: Tree, pictures: Pictures) -> list[Phrase]:
    """Return what the pictures in a text do not say where they stand.

    Args:
        pictures: by their ids.
    """
    return [
        Phrase(UNCREDITED, number=each.pk, credit=each.credit)
        for each in without_credit(tree, pictures)
    ]
