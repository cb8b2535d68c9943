"""The API's calls for the history of an article or a post: read its versions, and withdraw one."""

from functools import partial
from typing import Annotated, Any

from django.http import Http404, HttpResponse, JsonResponse
from ninja import Router
from ninja.params.functions import Path, Query

from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.payloads import wire_time
from stoppress.newsroom.publishing import InvalidField, withdraw_version
from stoppress.newsroom.rights import Verb

from . import schemas
from .auth import ApiRequest
from .calls import POST, reads, writes
from .changing import IfMatch, change, found, found_post
from .listing import PAGE, Limit
from .once import Key

router = Router(tags=["history"])

# No database has a larger version.
LARGEST = 2**31 - 1

Number = Annotated[int, Path(ge=1, le=LARGEST)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST, description="`next` of the previous page")]


@router.get(
    "/articles/{article_id}/versions",
    summary="List the versions of an article",
    **reads({200: schemas.VersionList}),
)
def list_versions(
    request: ApiRequest,
    article_id: int,
    limit: Limit = PAGE,
    before: Before = None,
) -> HttpResponse:
    """The latest is first. The versions of a retracted article have no text."""
    return history(found(article_id), limit, before)


@router.get(
    "/articles/{article_id}/versions/{number}",
    summary="Read a version of an article",
    **reads({200: schemas.VersionText}),
)
def read_version(request: ApiRequest, article_id: int, number: Number) -> HttpResponse:
    """Its texts and fields; empty if the version was withdrawn or the article is retracted."""
    return text(found(article_id), number)


@router.post(
    "/articles/{article_id}/versions/{number}/withdraw",
    summary="Withdraw an older version's text",
    **writes(Scope.PUBLISH),
)
def withdraw(
    request: ApiRequest,
    article_id: int,
    number: Number,
    payload: schemas.Withdrawal,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Remove its text, fields and note from the history and from every stream's log.

    The latest version cannot be withdrawn, and neither can a version without a note whose text is
    the article's present text: update or correct the article first. Name the other versions that
    have the same text in `also`.
    """
    found_version(found(article_id), number)
    do, right = partial(withdraw_all, number, payload), Verb.WITHDRAW_VERSION
    return change(request, article_id, if_match, idempotency_key, right, do, payload)


@router.get(
    "/posts/{post_id}/versions",
    summary="List the versions of a post",
    **reads({200: schemas.VersionList}),
)
def list_versions_of_post(
    request: ApiRequest,
    post_id: int,
    limit: Limit = PAGE,
    before: Before = None,
) -> HttpResponse:
    """The latest is first. If the post or its story is retracted, the versions have no text."""
    return history(found_post(post_id), limit, before)


@router.get(
    "/posts/{post_id}/versions/{number}",
    summary="Read a version of a post",
    **reads({200: schemas.VersionText}),
)
def read_version_of_post(request: ApiRequest, post_id: int, number: Number) -> HttpResponse:
    """As for articles. The texts are also empty while the story is retracted."""
    return text(found_post(post_id), number)


@router.post(
    "/posts/{post_id}/versions/{number}/withdraw",
    summary="Withdraw the text of an older version of a post",
    **writes(Scope.PUBLISH, POST),
)
def withdraw_of_post(
    request: ApiRequest,
    post_id: int,
    number: Number,
    payload: schemas.Withdrawal,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """As for articles: remove its text, fields and note from the history and from every log."""
    found_version(found_post(post_id), number)
    do, right = partial(withdraw_all, number, payload), Verb.WITHDRAW_VERSION
    return change(request, post_id, if_match, idempotency_key, right, do, payload, found_post)


def history(article: Article, limit: int, before: int | None) -> HttpResponse:
    """Answer with a page of an article's versions."""
    versions = article.versions.defer("summary", "body")
    if before is not None:
        versions = versions.filter(version__lt=before)
    listed, told = list(versions[: limit + 1]), not article.is_withdrawn
    items = [line(version, told=told) for version in listed[:limit]]
    following = listed[limit - 1].version if len(listed) > limit else None
    return JsonResponse({"items": items, "next": following})


def text(article: Article, number: int) -> HttpResponse:
    """Answer with one version of an article, and its text."""
    version, told = found_version(article, number), not article.is_withdrawn
    texts = {
        "summary": version.summary if told else "",
        "body": version.body if told else "",
        "body_format": version.body_format,
        "fields": version.fields if told else {},
    }
    return JsonResponse(line(version, told=told) | texts)


def withdraw_all(number: int, payload: schemas.Withdrawal, article: Article, **how: Any) -> Article:
    """Withdraw a version, and the others that the call names.

    Raises:
        InvalidField: one of the others does not exist. The verb could not name the field `also`.
    """
    there = article.versions.filter(version__in=payload.also).values_list("version", flat=True)
    if missing := sorted(set(payload.also) - set(there)):
        raise InvalidField("also", f"names version {missing[0]}, which does not exist.")
    return withdraw_version(article, {number, *payload.also}, note=payload.note, **how)


def found_version(article: Article, number: int) -> Version:
    version = article.versions.filter(version=number).first()
    if version is None:
        noun = "Post" if article.is_post else "Article"
        raise Http404(f"{noun} {article.pk} has no version {number}.")
    return version


def line(version: Version, *, told: bool) -> dict[str, object]:
    """Return a version without its long texts.

    Args:
        told: whether the text is not withdrawn; if it is, only the retraction has its note.
    """
    note_told = told or version.act == Version.Act.RETRACTION
    return {
        "version": version.version,
        "act": version.act,
        "public": version.public,
        "note": version.note if note_told else "",
        "by": version.by,
        "created": wire_time(version.created),
        "headline": version.headline if told else "",
        "withdrawn": version.withdrawn,
        "responsible": version.responsible,
        "story": version.fields.get("story"),
        "source_type": version.fields.get("source_type", ""),
        "reviewed_by": version.fields.get("reviewed_by", ""),
    }
