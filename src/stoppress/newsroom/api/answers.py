"""The API's JSON of an article or a post.

It is the item that readers receive without its view, and fields for publishers only.
"""

from typing import Any

from django.http import JsonResponse
from pydantic import BaseModel

from stoppress.newsroom.models import Article
from stoppress.newsroom.payloads import article_item, person_item, time_or_none, topic_item
from stoppress.newsroom.pictures.questions import of_lead
from stoppress.newsroom.post_payloads import post_fields
from stoppress.newsroom.publishing.typeset import TEXT, asked, left_out

from .conditions import etag

# The fields that a retracted article keeps; all others are emptied. An allow list, so that a field
# added to items later is empty here by default.
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
    "coverage",
    "coverage_started",
    "coverage_changed",
    "coverage_ended",
    "quiet_hours",
    "story",
    "occurred",
    "key_event",
}


def article_answer(article: Article) -> dict[str, Any]:
    """Return an article or a post as the API shows it; most fields of a retracted one are empty."""
    answer = _fields(article) | {
        "body": article.body,
        "body_format": article.body_format,
        "desk_state": article.desk_state if article.is_draft else None,
        "publish_at": time_or_none(article.publish_at),
        "publish_failed": article.publish_failed,
        "embargoed_until": time_or_none(article.embargoed_until),
        "authors": [person_item(person) for person in article.authors.all()],
        "external_id": article.external_id,
        "reviewed_by": article.reviewed_by,
    }
    if article.is_withdrawn:
        answer = {
            name: value if name in TOLD_AFTER_RETRACTION else emptied(value)
            for name, value in answer.items()
        }
    return answer | {"id": article.pk, "retraction_note": article.retraction_note}


def _fields(article: Article) -> dict[str, Any]:
    if article.is_post:
        return _post_fields(article)
    quiet = {"quiet_hours": article.quiet_hours} if article.is_live else {}
    return article_item(article) | {
        "top_until": time_or_none(article.top_until),
        "topics": [topic_item(topic) for topic in article.topics.all()],
        **quiet,
    }


def _post_fields(post: Article) -> dict[str, Any]:
    """Return a post's fields, with the state of its story, which may explain a missing text."""
    fields, story = post_fields(post), post.parent
    assert story is not None
    fields["story"] |= {"id": story.pk, "pub_status": story.pub_status}
    return fields


def respond(
    article: Article,
    status: int = 200,
    payload: BaseModel | None = None,
    published: bool = False,
) -> JsonResponse:
    """Answer with an article or a post. Its version is the ETag, for use in `If-Match`.

    Args:
        payload: the request's body. If it has a text, `warnings` list the parts that were left out,
            and `questions` ask for missing ones; for a lead picture there are `questions` too.
        published: the request has published the article, so warnings and questions are about its
            whole content.
    """
    answer = article_answer(article)
    names = payload.model_fields_set if payload is not None else set()
    of_text = published or bool(TEXT & names)
    if not article.is_withdrawn:
        questions = [
            *(of_lead(article) if published or "image" in names else ()),
            *(asked(article) if of_text else ()),
        ]
        told = {"warnings": left_out(article) if of_text else (), "questions": questions}
        answer |= {name: list(sentences) for name, sentences in told.items() if sentences}
    response = JsonResponse(answer, status=status)
    response["ETag"] = etag(article.version)
    return response


def emptied(value: object) -> str | None:
    return "" if isinstance(value, str) else None
