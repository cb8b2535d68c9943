"""What is asked of whoever uploads or uses a picture. Nothing is refused for it."""

from stoppress.newsroom.models import Article, Picture
from stoppress.newsroom.phrase import Phrase, marked

NO_ALT = marked(
    "Picture %(number)d has no alternative text. What does it show, for those who cannot see it?"
)
LEAD_NO_ALT = marked(
    "The lead picture (%(number)d) has no alternative text. What does it show, for those who cannot"
    " see it?"
)


def of_picture(picture: Picture) -> list[Phrase]:
    """Return what a picture does not say of itself."""
    return [] if picture.alt else [Phrase(NO_ALT, number=picture.pk)]


def of_lead(article: Article) -> list[Phrase]:
    """Return what an article's lead picture does not say of itself."""
    picture = article.image
    return [Phrase(LEAD_NO_ALT, number=picture.pk)] if picture and not picture.alt else []
