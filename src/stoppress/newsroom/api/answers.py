"""Articles in answers: the wire's item and what only publishers see; no text of a canceled one."""

from datetime import datetime
from typing import Any

from django.http import JsonResponse
from pydantic import BaseModel

from stoppress.newsroom.models import Article
from stoppress.newsroom.payloads import article_item, wire_time
from stoppress.newsroom.publishing.typeset import TEXT, left_out

from .conditions import etag

# What is still said of an article whose text is withdrawn. A list of what may be told and not of
# what may not: a field that items gain later is empty here until somebody decides about it.
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
    "pinned",
    "pub_status",
    "body_format",
    "first_published",
    "version_created",
}


def article_answer(article: Article) -> dict[str, Any]:
    """Return what the API says of an article: its fields, emptied if it is retracted."""
    answer = article_item(article) | {
        "body": article.body,
        "body_format": article.body_format,
        "publish_at": time_or_none(article.publish_at),
        "embargoed_until": time_or_none(article.embargoed_until),
        "external_id": article.external_id,
    }
    if article.is_retracted:
        answer = {
            name: value if name in TOLD_AFTER_RETRACTION else emptied(value)
            for name, value in answer.items()
        }
    return answer | {"id": article.pk, "retraction_note": article.retraction_note}


def respond(article: Article, status: int = 200, said: BaseModel | None = None) -> JsonResponse:
    """Answer with an article, and with its version as the tag that `If-Match` may name.

    Args:
        said: what the caller wrote; if it was the text, `warnings` name what was left out of it.
    """
    answer = article_answer(article)
    wrote = said is not None and bool(TEXT & said.model_fields_set)
    if wrote and not article.is_retracted and (warnings := left_out(article)):
        answer["warnings"] = list(warnings)
    response = JsonResponse(answer, status=status)
    response["ETag"] = etag(article.version)
    return response


def emptied(value: object) -> str | None:
    return "" if isinstance(value, str) else None


def time_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else wire_time(moment)
