"""Rename a topic or a person: names that stories show, and lists do not."""

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.newsroom.models import Article, Person, Topic
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.stream_names import LIMIT

from .errors import WrongState
from .fields import checked_name
from .locking import newest_locked
from .telling import publish_story


def rename_topic(topic: Topic, name: str) -> Topic:
    """Rename a topic, and publish the new name with its newest stories.

    Only each story's own stream and `wire` get the event: items of lists name no topic. Older
    stories show the new name when they are next opened or changed.

    Raises:
        InvalidField: the name is empty, too long or not accepted.
        WrongState: the topic no longer exists.
    """
    name = checked_name(name)
    with live.atomic():
        # `no_key` as in `rename_section`.
        fresh = Topic.objects.select_for_update(no_key=True).filter(pk=topic.pk).first()
        if fresh is None:
            raise WrongState(_("The topic no longer exists."))
        if fresh.name != name:
            fresh.name = name
            fresh.save(update_fields=["name"])
            _tell(Article.objects.public().filter(topics=fresh))
    return fresh


def rename_person(person: Person, name: str) -> Person:
    """Rename a person, and publish the new name with the newest stories of this author.

    A byline is text and stays.

    Raises:
        InvalidField: the name is empty, too long or not accepted.
        WrongState: the person no longer exists.
    """
    name = checked_name(name)
    with live.atomic():
        fresh = Person.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
        if fresh is None:
            raise WrongState(_("The person no longer exists."))
        if fresh.name != name:
            fresh.name = name
            fresh.save(update_fields=["name"])
            _tell(Article.objects.public().filter(authors=fresh))
    return fresh


def _tell(articles: ArticleQuerySet) -> None:
    """Publish the newest of these stories again. Their versions stay: no editor changed them."""
    for article in newest_locked(articles, LIMIT):
        publish_story(article, "article.updated")
