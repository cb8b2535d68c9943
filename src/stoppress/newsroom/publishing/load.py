"""Load the rows of another installation's paper into an empty one, with their numbers.

These functions are not verbs: they insert rows as they were, with their history. The caller has
checked each value by itself; the body's tree and the order of an article are made here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.management.color import no_style
from django.db import connections
from django.db.models import F, Model
from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.errors import UnknownStream
from stoppress.live.models import StreamHead
from stoppress.live.protocol.names import OWN
from stoppress.newsroom.models import (
    Article,
    Contributor,
    Note,
    Person,
    Picture,
    PictureUse,
    Section,
    Topic,
    Version,
)
from stoppress.newsroom.payloads import wire_time
from stoppress.newsroom.pictures.references import picture_ids
from stoppress.newsroom.stream_names import BREAKING, KEYS, WIRE

from .errors import InvalidField, WrongState
from .fields import FIELDS
from .pictures_used import check_all_found
from .place import set_order
from .search_entries import index_steps
from .typeset import typeset

# These are stored as a verb would store them; the other texts can do no harm.
CHECKED = (
    *("uri", "headline", "byline", "located", "language", "source", "original_url"),
    *("external_id", "slugline", "copyright_holder", "copyright_notice", "urgency", "quiet_hours"),
)
PLACE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
# These streams have readers in an empty paper too.
ALWAYS = ("news", BREAKING, KEYS, WIRE)


@dataclass(frozen=True)
class LoadedArticle:
    """An article to load, and the ids of its related rows."""

    article: Article
    topics: Sequence[int]
    authors: Sequence[int]
    contributors: Sequence[int]


def check_empty() -> None:
    """Refuse to load into a paper that has an article, picture, section, topic or person.

    Raises:
        WrongState.
    """
    for model in (Article, Picture, Section, Topic, Person):
        if model._default_manager.exists():
            some = model._meta.verbose_name_plural
            raise WrongState(
                _("This paper is not empty: it has %(some)s. Import into a new installation.")
                % {"some": some}
            )


def load_rows(rows: Sequence[Section | Topic | Person | Picture | Version | Note]) -> None:
    """Insert rows of one kind.

    Raises:
        IntegrityError: two rows have the same id or name.
    """
    if rows:
        model: type[Model] = type(rows[0])
        model._default_manager.bulk_create(rows)


def load_articles(loaded: Sequence[LoadedArticle], pictures: set[int], now: datetime) -> None:
    """Insert articles with their relations. Their trees and orders are computed again.

    Args:
        pictures: the ids of all pictures.
        now: the database's time.

    Raises:
        InvalidField: a value is not accepted.
        IntegrityError: an id, a uri or a place exists twice, or a row violates a constraint.
    """
    uses: list[PictureUse] = []
    for each in loaded:
        article = each.article
        _settle(article, now)
        used = picture_ids(article.body_tree) | ({article.image_id} if article.image_id else set())
        check_all_found(used, pictures & used, article.image_id)
        uses += [PictureUse(article_id=article.pk, picture_id=pk) for pk in sorted(used)]
    Article.objects.bulk_create(each.article for each in loaded)
    PictureUse.objects.bulk_create(uses)
    topics, authors = Article.topics.through, Article.authors.through
    topics._default_manager.bulk_create(
        topics(article_id=each.article.pk, topic_id=pk) for each in loaded for pk in each.topics
    )
    authors._default_manager.bulk_create(
        authors(article_id=each.article.pk, person_id=pk) for each in loaded for pk in each.authors
    )
    Contributor.objects.bulk_create(
        Contributor(article_id=each.article.pk, user_id=pk)
        for each in loaded
        for pk in each.contributors
    )


def _settle(article: Article, now: datetime) -> None:
    for name in CHECKED:
        setattr(article, name, FIELDS[name].check(name, getattr(article, name)))
    place = article.place
    if place is not None and not (PLACE.fullmatch(place) and _is_moment(place)):
        raise InvalidField("place", _("must be a time such as 2026-11-22T09:00:00.000Z."))
    if place is not None and article.first_published is None:
        raise InvalidField("place", _("is only for published articles and posts."))
    article.body_tree = typeset(article.body, article.body_format)
    set_order(article, now)


def _is_moment(place: str) -> bool:
    try:
        return wire_time(datetime.fromisoformat(place)) == place
    except ValueError:
        return False


def end_load() -> None:
    """Check that the rows are consistent, index them, and make open pages load them.

    Raises:
        InvalidField: rows contradict each other.
    """
    posts = Article.objects.filter(kind=Article.Kind.POST)
    if posts.exclude(parent__kind=Article.Kind.LIVE).exists():
        raise InvalidField("parent", _("of a post must be a live story."))
    if Version.objects.filter(version__gt=F("article__version")).exists():
        raise InvalidField("version", _("of an article is lower than one in its history."))
    for _step in index_steps():
        pass
    _go_on_counting()
    _tell_anew()


def _go_on_counting() -> None:
    """Set the id sequences behind the loaded rows. SQLite does this by itself."""
    connection = connections[Article.objects.db]
    loaded: list[type[Model]] = [Article, Picture, Section, Topic, Person]
    statements = connection.ops.sequence_reset_sql(no_style(), loaded)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _tell_anew() -> None:
    """Make every stream that has or may have readers begin anew, with its present items."""
    known = StreamHead.objects.exclude(name__startswith=OWN).values_list("name", flat=True)
    for name in sorted({*ALWAYS, *known}):
        try:
            live.retell(name)
        except UnknownStream:
            continue  # the stream of a row that was deleted earlier
