"""The API's calls. Each call that writes runs a verb of the newsroom."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from django.db import IntegrityError
from django.http import Http404, HttpResponse, JsonResponse
from ninja import Router
from ninja.params.functions import Header, Query

from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import (
    InvalidField,
    VersionConflict,
    WrongState,
    correct_article,
    prepare,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)
from stoppress.newsroom.rights import Verb, permitted

from . import schemas
from .answers import article_answer, respond
from .auth import ApiRequest
from .calls import ARTICLE, reads, writes
from .conditions import versions
from .creating import Creation
from .errors import IF_MATCH
from .fields import verb_fields
from .listing import page
from .once import Key, Once

router = Router(tags=["articles"])

PAGE, LONGEST_PAGE = 50, 200

IfMatch = Annotated[
    str | None, Header(alias=IF_MATCH, description="the version you know; 412 if it has changed")
]


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
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
    before: Annotated[str | None, Query(description="`next` of the previous page")] = None,
    pub_status: Literal["usable", "withheld", "canceled"] | None = None,
    desk_state: Literal["draft", "submitted", "sent_back", "discarded"] | None = None,
    section: Annotated[str | None, Query(pattern=rf"^{Section.SLUG}$")] = None,
) -> HttpResponse:
    """Drafts come first, the newest first, then public articles.

    Retracted articles are only listed if `pub_status` asks for them, and then without text;
    discarded drafts only if `desk_state` does. An article that is published while you read page
    after page is neither missed nor listed twice. One that moves meanwhile, because it is pinned or
    its time at the top ends, can be.
    """
    articles = Article.objects.without_posts().defer("body_tree")
    articles = articles.select_related("section").prefetch_related("topics", "authors")
    if pub_status is None:
        articles = articles.exclude(pub_status=Article.PubStatus.CANCELED)
    else:
        articles = articles.filter(pub_status=pub_status)
    if desk_state is None:
        articles = articles.without_discarded()
    else:
        drafts = Article.PubStatus.WITHHELD
        articles = articles.filter(pub_status=drafts, desk_state=desk_state)
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
    """Set `pinned`. A draft stands above all others once it is published."""
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
    """Put the article back where its urgency and its time place it."""
    return set_pinned(request, article_id, if_match, idempotency_key, False)


def set_pinned(
    request: ApiRequest,
    article_id: int,
    if_match: str | None,
    idempotency_key: str | None,
    pinned: bool,
) -> HttpResponse:
    do = partial(update_article, changes={"pinned": pinned})
    return change(request, article_id, if_match, idempotency_key, Verb.PIN, do, None)


def found(article_id: int) -> Article:
    articles = Article.objects.select_related("section").defer("body_tree")
    article = articles.filter(pk=article_id).first()
    if article is None:
        raise Http404(f"There is no article {article_id}.")
    return article


def change(
    request: ApiRequest,
    article_id: int,
    if_match: str | None,
    idempotency_key: str | None,
    right: Verb,
    verb: Callable[..., Article],
    payload: schemas.Payload | None,
) -> HttpResponse:
    """Run a verb, unless `If-Match` names another version, and answer with the article.

    The token must have the right, and those of the fields that it writes, in the article's present
    state.

    A request with an idempotency key is carried out once. If it is sent again, the answer is the
    article in its present state.
    """
    known = versions(if_match)
    words = payload.model_dump(exclude_unset=True) if payload else {}
    once = Once(request.auth, idempotency_key, request.method, request.path, words)
    article = once.find(Article)
    if article is None:
        article = found(article_id)
        fields = verb_fields(payload) if isinstance(payload, schemas.ArticleFields) else {}
        prepare(fields, article)
        try:
            with permitted(request.auth, right, article, fields) as fresh:
                article = verb(fresh, by=request.auth.name, if_version=known)
                once.remember(article)
        except (IntegrityError, WrongState, VersionConflict):
            # A simultaneous request with the same key may have been first.
            article = once.find(Article)
            if article is None:
                raise
    return respond(article, payload=payload)
