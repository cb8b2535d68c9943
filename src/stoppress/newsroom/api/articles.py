"""The API's calls; each that writes is one of the newsroom's verbs."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from django.db import IntegrityError
from django.http import Http404, HttpResponse, JsonResponse
from ninja import Router
from ninja.params.functions import Header, Query

from stoppress import live
from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import (
    InvalidField,
    PublishersOnly,
    VersionConflict,
    WrongState,
    correct_article,
    prepare,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)

from . import schemas
from .answers import article_answer, respond
from .auth import ApiRequest, needs, require
from .conditions import versions
from .creating import Order
from .errors import IF_MATCH
from .fields import verb_fields
from .listing import page
from .once import Key, Once

router = Router(tags=["articles"])

PAGE, LONGEST_PAGE = 50, 200

IfMatch = Annotated[
    str | None, Header(alias=IF_MATCH, description="the version you know; 412 if it is past")
]


def answers(*errors: int) -> dict[int, Any]:
    """Return what a call may answer: the article, 401, 403, 429, or one of these errors."""
    return {200: schemas.Article} | dict.fromkeys((401, 403, 429, *errors), schemas.Error)


@router.post(
    "/articles",
    summary="Publish an article, or save a draft",
    response={201: schemas.Article} | answers(400, 413, 415, 422, 503),
    **needs(Scope.WRITE),
)
def create(
    request: ApiRequest,
    said: schemas.NewArticle,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Answer 201 with the article; 200 when the same `external_id` or key made it before.

    With `publish_at` or `embargoed_until` in the future it is saved as `withheld`, and published
    by itself when both have passed. Whatever becomes public, now or then, needs the scope
    `publish`.
    """
    article, new = Order(said, request.auth, idempotency_key).fulfil()
    return respond(article, 201 if new else 200, said)


@router.get(
    "/articles",
    summary="List articles in the order of the front page",
    response=answers(422) | {200: schemas.ArticleList},
    **needs(Scope.READ),
)
def list_articles(
    request: ApiRequest,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
    before: Annotated[str | None, Query(description="`next` of the page before")] = None,
    pub_status: Literal["usable", "withheld", "canceled"] | None = None,
    section: Annotated[str | None, Query(pattern=rf"^{Section.SLUG}$")] = None,
) -> HttpResponse:
    """Drafts, which have no place there yet, come before what is public, the newest first.

    Retracted articles are left out unless asked for by `pub_status`, and then without text. What is
    published while you turn the pages is neither missed nor listed twice.
    """
    articles = Article.objects.select_related("section").defer("body_tree")
    if pub_status is None:
        articles = articles.exclude(pub_status=Article.PubStatus.CANCELED)
    else:
        articles = articles.filter(pub_status=pub_status)
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
    response=answers(404),
    **needs(Scope.READ),
)
def read(request: ApiRequest, article_id: int) -> HttpResponse:
    return respond(found(article_id))


@router.patch(
    "/articles/{article_id}",
    summary="Update an article",
    response=answers(400, 404, 409, 412, 413, 415, 422, 503),
    **needs(Scope.WRITE),
)
def update(
    request: ApiRequest,
    article_id: int,
    said: schemas.Changes,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Change the named fields. To readers it is an update, by which no correction is owed.

    What is public, was, or is to be by itself needs the scope `publish`.
    """
    drafts_only = not request.auth.may(Scope.PUBLISH)
    do = partial(update_article, changes=verb_fields(said), drafts_only=drafts_only)
    try:
        return change(request, article_id, if_match, idempotency_key, do, said)
    except PublishersOnly as error:
        require(request.auth, Scope.PUBLISH, str(error))
        raise


@router.post(
    "/articles/{article_id}/publish",
    summary="Publish a draft",
    response=answers(400, 404, 409, 412, 413, 415, 422, 503),
    **needs(Scope.PUBLISH),
)
def publish(
    request: ApiRequest,
    article_id: int,
    said: schemas.Remark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    do = partial(publish_article, note=said.note if said else "")
    return change(request, article_id, if_match, idempotency_key, do, said)


@router.post(
    "/articles/{article_id}/correct",
    summary="Correct a public article",
    response=answers(400, 404, 409, 412, 413, 415, 422, 503),
    **needs(Scope.PUBLISH),
)
def correct(
    request: ApiRequest,
    article_id: int,
    said: schemas.Correction,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Change the named fields, and say publicly in `note` what was wrong."""
    do = partial(correct_article, note=said.note, changes=verb_fields(said))
    return change(request, article_id, if_match, idempotency_key, do, said)


@router.post(
    "/articles/{article_id}/retract",
    summary="Retract a public article",
    response=answers(400, 404, 409, 412, 413, 415, 422, 503),
    **needs(Scope.PUBLISH),
)
def retract(
    request: ApiRequest,
    article_id: int,
    said: schemas.Retraction,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Withdraw the text everywhere, and say publicly in `note` why."""
    do = partial(retract_article, note=said.note)
    return change(request, article_id, if_match, idempotency_key, do, said)


@router.post(
    "/articles/{article_id}/restore",
    summary="Restore a retracted article",
    response=answers(400, 404, 409, 412, 413, 415, 422, 503),
    **needs(Scope.PUBLISH),
)
def restore(
    request: ApiRequest,
    article_id: int,
    said: schemas.Remark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    do = partial(restore_article, note=said.note if said else "")
    return change(request, article_id, if_match, idempotency_key, do, said)


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
    verb: Callable[..., Article],
    said: schemas.Said | None,
) -> HttpResponse:
    """Do what a verb does, unless the caller knows another version; answer with the article.

    With a key it is done once: who sends it again is answered with the article as it is now.
    """
    known = versions(if_match)
    words = said.model_dump(exclude_unset=True) if said else {}
    once = Once(request.auth, idempotency_key, request.method, request.path, words)
    article = once.find()
    if article is None:
        article = found(article_id)
        if isinstance(said, schemas.ArticleFields):
            prepare(verb_fields(said), article)
        try:
            with live.atomic():
                article = verb(article, by=request.auth.name, if_version=known)
                once.remember(article)
        except (IntegrityError, WrongState, VersionConflict):
            # The same request may have come in twice at one moment and the other was first.
            article = once.find()
            if article is None:
                raise
    return respond(article, said=said)
