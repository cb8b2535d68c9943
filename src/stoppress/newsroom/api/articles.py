"""The API's calls for articles. Each call that writes runs a verb of the newsroom."""

from functools import partial
from typing import Annotated

from django.http import HttpResponse, JsonResponse
from ninja import Router
from ninja.params.functions import Query

from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import (
    InvalidField,
    correct_article,
    publish_article,
    restore_article,
    retract_article,
    set_coverage,
    update_article,
)
from stoppress.newsroom.rights import Verb

from . import schemas
from .answers import article_answer, respond
from .auth import ApiRequest
from .calls import ARTICLE, reads, writes
from .changing import IfMatch, change, found
from .creating import Creation
from .fields import verb_fields
from .listing import PAGE, Before, DeskState, Limit, PubStatus, in_state, page
from .once import Key

router = Router(tags=["articles"])


@router.post(
    "/articles",
    summary="Publish an article, or save a draft",
    **writes(Scope.WRITE, {201: schemas.Article} | ARTICLE, of_article=False),
)
def create(
    request: ApiRequest,
    payload: schemas.NewArticle,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Answer 201 with the new article; 200 if the same `external_id` or key has already made it.

    If `publish_at` or `embargoed_until` is in the future, the article is saved as `withheld`, and
    published automatically when both times have passed. Publishing, now or later, needs the scope
    `publish`.
    """
    article, new = Creation(payload, request.auth, idempotency_key).find_or_make()
    return respond(article, 201 if new else 200, payload)


@router.get(
    "/articles",
    summary="List articles in the order of the front page",
    **reads({200: schemas.ArticleList}, of_article=False),
)
def list_articles(
    request: ApiRequest,
    limit: Limit = PAGE,
    before: Before = None,
    pub_status: PubStatus = None,
    desk_state: DeskState = None,
    section: Annotated[str | None, Query(pattern=rf"^{Section.SLUG}$")] = None,
) -> HttpResponse:
    """Drafts come first, the newest first, then public articles.

    Retracted articles are only listed if `pub_status` asks for them, and then without text;
    discarded drafts only if `desk_state` does. An article that is published while you read page
    after page is neither missed nor listed twice. An article that moves meanwhile, because it is
    pinned or its time at the top ends, can be missed or listed twice.
    """
    articles = Article.objects.without_posts().defer("body_tree")
    articles = articles.select_related("section", "image").prefetch_related("topics", "authors")
    articles = in_state(articles, pub_status, desk_state)
    if section is not None:
        if not Section.objects.filter(slug=section).exists():
            raise InvalidField("section", "does not exist.")
        articles = articles.filter(section__slug=section)
    listed, following = page(articles, limit, before)
    items = [article_answer(article) for article in listed]
    return JsonResponse({"items": items, "next": following or None})


@router.get(
    "/articles/{article_id}",
    summary="Read an article",
    **reads(ARTICLE),
)
def read(request: ApiRequest, article_id: int) -> HttpResponse:
    return respond(found(article_id))


@router.patch(
    "/articles/{article_id}",
    summary="Update an article",
    **writes(Scope.WRITE),
)
def update(
    request: ApiRequest,
    article_id: int,
    payload: schemas.Changes,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Change the given fields. Readers see an update, not a correction.

    An article that is or was public, or is scheduled, needs the scope `publish`. So do, for any
    draft, `publish_at`, `pinned`, `top_until`, an urgency of 1 to 3, and an earlier end of an
    embargo.
    """
    do = partial(update_article, changes=verb_fields(payload))
    return change(request, article_id, if_match, idempotency_key, Verb.EDIT, do, payload)


@router.post(
    "/articles/{article_id}/publish",
    summary="Publish a draft",
    **writes(Scope.PUBLISH),
)
def publish(
    request: ApiRequest,
    article_id: int,
    payload: schemas.Remark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    do = partial(publish_article, note=payload.note if payload else "")
    return change(request, article_id, if_match, idempotency_key, Verb.PUBLISH, do, payload)


@router.post(
    "/articles/{article_id}/correct",
    summary="Correct a public article",
    **writes(Scope.PUBLISH),
)
def correct(
    request: ApiRequest,
    article_id: int,
    payload: schemas.Correction,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Change the given fields. The public `note` says what was wrong."""
    do = partial(correct_article, note=payload.note, changes=verb_fields(payload))
    return change(request, article_id, if_match, idempotency_key, Verb.CORRECT, do, payload)


@router.post(
    "/articles/{article_id}/retract",
    summary="Retract a public article",
    **writes(Scope.PUBLISH),
)
def retract(
    request: ApiRequest,
    article_id: int,
    payload: schemas.Retraction,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Withdraw the text everywhere. The public `note` says why."""
    do = partial(retract_article, note=payload.note)
    return change(request, article_id, if_match, idempotency_key, Verb.RETRACT, do, payload)


@router.post(
    "/articles/{article_id}/restore",
    summary="Restore a retracted article",
    **writes(Scope.PUBLISH),
)
def restore(
    request: ApiRequest,
    article_id: int,
    payload: schemas.Remark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    do = partial(restore_article, note=payload.note if payload else "")
    return change(request, article_id, if_match, idempotency_key, Verb.RESTORE, do, payload)


@router.post(
    "/articles/{article_id}/pin",
    summary="Pin an article above all others",
    **writes(Scope.PUBLISH),
)
def pin(
    request: ApiRequest,
    article_id: int,
    payload: schemas.Nothing | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Set `pinned`. A draft moves above all others when it is published."""
    return set_pinned(request, article_id, if_match, idempotency_key, True)


@router.post(
    "/articles/{article_id}/unpin",
    summary="Unpin an article",
    **writes(Scope.PUBLISH),
)
def unpin(
    request: ApiRequest,
    article_id: int,
    payload: schemas.Nothing | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Put the article back into its position by urgency and time."""
    return set_pinned(request, article_id, if_match, idempotency_key, False)


@router.post(
    "/articles/{article_id}/coverage",
    summary="Set whether a live story goes on",
    **writes(Scope.PUBLISH),
)
def cover(
    request: ApiRequest,
    article_id: int,
    payload: schemas.Coverage,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Posts can be published in every state."""
    do = partial(set_coverage, state=payload.state)
    return change(request, article_id, if_match, idempotency_key, Verb.UPDATE, do, payload)


def set_pinned(
    request: ApiRequest,
    article_id: int,
    if_match: str | None,
    idempotency_key: str | None,
    pinned: bool,
) -> HttpResponse:
    do = partial(update_article, changes={"pinned": pinned})
    return change(request, article_id, if_match, idempotency_key, Verb.PIN, do, None)
