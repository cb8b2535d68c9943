"""The front page, and lists of articles, in schema.org's terms.

A list has addresses and no headlines, because the headlines on an open page may change.
"""

from django.db.models import Count, Max, Min

from stoppress.newsroom.language import site_language
from stoppress.newsroom.models import Article, Person, Section, Topic
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.payloads import time_or_none
from stoppress.newsroom.stream_names import LIMIT

from .data_block import CONTEXT, Thing, thing
from .images import Absolute


def item_list(articles: ArticleQuerySet, absolute: Absolute) -> Thing:
    """Return the newest articles of a list, in the list's order."""
    newest = articles.only("kind", "parent").order_by("-order")[:LIMIT]
    items = [
        thing("ListItem", position=position, url=absolute(article.get_absolute_url()))
        for position, article in enumerate(newest, start=1)
    ]
    return thing("ItemList", itemListElement=items)


def collection(listed: Section | Topic, articles: ArticleQuerySet, absolute: Absolute) -> Thing:
    """Return the page of a section or a topic."""
    return thing(
        "CollectionPage",
        name=listed.name,
        url=absolute(listed.get_absolute_url()),
        inLanguage=site_language(),
        mainEntity=item_list(articles, absolute),
    )


def profile(person: Person, absolute: Absolute) -> Thing:
    """Return the page of an author.

    Its dates are those of the author's first public article and of the latest change.
    """
    articles = Article.objects.listed().filter(authors=person)
    known = articles.aggregate(
        first=Min("first_published"), latest=Max("version_created"), number=Count("pk")
    )
    written = thing(
        "InteractionCounter",
        interactionType=f"{CONTEXT}/WriteAction",
        userInteractionCount=known["number"],
    )
    author = thing(
        "Person",
        name=person.name,
        url=absolute(person.get_absolute_url()),
        identifier=person.slug,
        agentInteractionStatistic=written,
    )
    return thing(
        "ProfilePage",
        url=author["url"],
        dateCreated=time_or_none(known["first"]),
        dateModified=time_or_none(known["latest"]),
        mainEntity=author,
    )
