"""The API's JSON of an article: the item that readers receive, and fields for publishers only."""

from datetime import datetime
from typing import Any

from django.http import JsonResponse
from pydantic import BaseModel

from stoppress.newsroom.models import Article
from stoppress.newsroom.payloads import article_item, person_item, topic_item, wire_time
from stoppress.newsroom.publishing.typeset import TEXT, left_out

from .conditions import etag

# The fields that a retracted article keeps; all others are emptied. An allow list, so that a field
# that is added to items later is empty here until somebody decides about it.
TOLD_AFTER_RETRACTION = {
    "key",
    "version",
    "order",
    "uri",
    "kind",
    "language",
    "direction",
    "url",
    "urgency",
    "breaking",
    "pinned",
    "pub_status",
    "source_type",
    "digital_source_type",
    "reviewed",
    "reviewed_by",
    "body_format",
    "first_published",
    "version_created",
}


def article_answer(article: Article) -> dict[str, Any]:
    """Return an article as the API shows it; most fields of a retracted article are empty."""
    answer = article_item(article) | {
        "body": article.body,
        "body_format": article.body_format,
        "desk_state": article.desk_state if article.is_draft else None,
        "publish_at": time_or_none(article.publish_at),
        "embargoed_until": time_or_none(article.embargoed_until),
        "top_until": time_or_none(article.top_until),
        "topics": [topic_item(topic) for topic in article.topics.all()],
        "authors": [person_item(person) for person in article.authors.all()],
        "external_id": article.external_id,
        "reviewed_by": article.reviewed_by,
    }
    if article.is_retracted:
        answer = {
            name: value if name in TOLD_AFTER_RETRACTION else emptied(value)
            for name, value in answer.items()
        }
    return answer | {"id": article.pk, "retraction_note": article.retraction_note}


def respond(article: Article, status: int = 200, payload: BaseModel | None = None) -> JsonResponse:
    """Answer with an article. Its version is the ETag, for use in `If-Match`.

    Args:
        payload: the request's body. If it has a text, `warnings` name what was left out of it.
    """
    answer = article_answer(article)
    wrote = payload is not None and bool(TEXT & payload.model_fields_set)
    if wrote and not article.is_retracted and (warnings := left_out(article)):
        answer["warnings"] = list(warnings)
    response = JsonResponse(answer, status=status)
    response["ETag"] = etag(article.version)
    return response


def emptied(value: object) -> str | None:
    return "" if isinstance(value, str) else None


def time_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else wire_time(moment)
