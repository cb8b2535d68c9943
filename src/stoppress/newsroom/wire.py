"""Items of the stream `wire`, the private stream of every public event for other programs.

Its readers are webhooks, WebSub and other papers. An item has the whole public article.
"""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from .models import Article, Version
from .payloads import (
    article_item,
    author_item,
    last_update,
    time_or_none,
    topic_item,
    wire_time,
)
from .pictures.in_body import pictures_of
from .pictures.item import picture_item
from .post_payloads import post_fields, story_of
from .public_versions import public_versions


def wire_item(article: Article, versions: list[Version] | None = None) -> dict[str, Any]:
    """Return an article or a post as an item of the stream `wire`, without a `view`.

    It has the fields of `article_item` or `post_fields`, with another `order`, and in addition:
    `body` in its `body_format`, as the editor wrote it; its `pictures`; `topics` and
    `authors`; the source and the copyright notice; `note`, the public note of the latest change;
    and `listed`, its order in lists.

    Args:
        versions: its `public_versions`, if they were read before.
    """
    versions = public_versions(article) if versions is None else versions
    fields = post_fields(article) if article.is_post else article_item(article)
    return fields | {
        "id": article.pk,
        "order": wire_order(article),
        "listed": article.order,
        "updated": time_or_none(last_update(versions)),
        "note": _note(article, versions),
        "urgency": article.urgency,
        "top_until": time_or_none(article.top_until),
        "quiet_hours": article.quiet_hours,
        "topics": [topic_item(topic) for topic in article.topics.all()],
        "authors": [author_item(person) for person in article.authors.all()],
        "pictures": [picture_item(picture) for picture in pictures_of(article)],
        "source": article.source,
        "original_url": article.original_url,
        "copyright_notice": article.copyright_notice,
        "body_format": article.body_format,
        "body": article.body,
    }


def withdrawal_facts(article: Article) -> dict[str, Any]:
    """Return the facts of a retraction in the stream `wire`, besides key and version."""
    facts = {
        "uri": article.uri,
        "kind": article.kind,
        "url": article.get_absolute_url(),
        "note": article.retraction_note,
        "retracted": wire_time(article.version_created),
    }
    return facts | ({"story": story_of(article)} if article.is_post else {})


def wire_order(article: Article) -> str:
    """Return an article's order in `wire`: the latest change comes first."""
    changed = article.version_created.astimezone(UTC).isoformat(timespec="microseconds")
    return f"{changed.removesuffix('+00:00')}Z-{article.pk or 0:019d}"


def below(order: str) -> Q:
    """Return the condition for the articles below an order in `wire`."""
    time, _, number = order.rpartition("-")
    with suppress(ValueError, OverflowError):
        changed, pk = datetime.fromisoformat(time).astimezone(UTC), int(number)
        return Q(version_created__lt=changed) | Q(version_created=changed, pk__lt=pk)
    return Q(pk__in=())  # not an order of `wire`


def _note(article: Article, versions: list[Version]) -> str:
    return versions[0].note if versions and versions[0].version == article.version else ""
