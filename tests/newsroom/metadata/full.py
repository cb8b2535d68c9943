"""An article with all that a page can say of one."""

from stoppress.newsroom.models import Article, Person, Topic
from tests.newsroom.desk import NINE, public, section
from tests.newsroom.pictures.made import picture


def mara() -> Person:
    return Person.objects.get_or_create(slug="mara", defaults={"name": "Mara Voss"})[0]


def full(**fields: object) -> Article:
    section()
    Topic.objects.get_or_create(slug="ferry", defaults={"name": "The ferry"})
    mara()
    said = {
        "summary": "At last.",
        "body": "It is *open*.",
        "byline": "Mara Voss",
        "section": "world",
        "topics": ["ferry"],
        "authors": ["mara"],
        "image": picture().pk,
        "language": "en-GB",
    }
    return public(at=NINE, **{**said, **fields})
