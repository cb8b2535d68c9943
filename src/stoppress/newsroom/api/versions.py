"""The API's calls for an article's history: read its versions, and withdraw one."""

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
from .articles import LONGEST_PAGE, PAGE, IfMatch, change, found
from .auth import ApiRequest
from .calls import reads, writes
from .once import Key

router = Router(tags=["history"])

# No database has a larger version.
LARGEST = 2**31 - 1

Number = Annotated[int, Path(ge=1, le=LARGEST)]


@router.get(
    "/articles/{article_id}/versions",
    summary="List the versions of an article",
    **reads({200: schemas.VersionList}),
)
def list_versions(
    request: ApiRequest,
    article_id: int,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
    before: Annotated[
        int | None, Query(ge=1, le=LARGEST, description="`next` of the previous page")
    ] = None,
) -> HttpResponse:
    """The latest is first. Of a retracted article they have no text."""
    article = found(article_id)
    versions = article.versions.defer("summary", "body")
    if before is not None:
        versions = versions.filter(version__lt=before)
    listed = list(versions[: limit + 1])
    items = [line(version, told=not article.is_retracted) for version in listed[:limit]]
    following = listed[limit - 1].version if len(listed) > limit else None
    return JsonResponse({"items": items, "next": following})


@router.get(
    "/articles/{article_id}/versions/{number}",
    summary="Read a version of an article",
    **reads({200: schemas.VersionText}),
)
def read_version(request: ApiRequest, article_id: int, number: Number) -> HttpResponse:
    """Its texts and fields as they stood; empty if it was withdrawn, or the article retracted."""
    version = found_version(article_id, number)
    told = not version.article.is_retracted
    texts = {
        "summary": version.summary if told else "",
        "body": version.body if told else "",
        "body_format": version.body_format,
        "fields": version.fields if told else {},
    }
    return JsonResponse(line(version, told=told) | texts)


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

    The latest version is not withdrawn, nor one that has no note and reads as the article does now:
    update or correct it first. Name all versions that have the text: the others in `also`.
    """
    found_version(article_id, number)
    do = partial(withdraw_all, number, payload)
    return change(
        request, article_id, if_match, idempotency_key, Verb.WITHDRAW_VERSION, do, payload
    )


def withdraw_all(number: int, payload: schemas.Withdrawal, article: Article, **how: Any) -> Article:
    """Withdraw a version, and the others that the call names.

    Raises:
        InvalidField: one of the others does not exist; the verb does not know where it was named.
    """
    there = article.versions.filter(version__in=payload.also).values_list("version", flat=True)
    if missing := sorted(set(payload.also) - set(there)):
        raise InvalidField("also", f"names version {missing[0]}, which does not exist.")
    return withdraw_version(article, {number, *payload.also}, note=payload.note, **how)


def found_version(article_id: int, number: int) -> Version:
    version = found(article_id).versions.filter(version=number).first()
    if version is None:
        raise Http404(f"Article {article_id} has no version {number}.")
    return version


def line(version: Version, *, told: bool) -> dict[str, object]:
    """Return a version without its long texts.

    Args:
        told: the article is not retracted; else the note of the retraction alone is told.
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
        "source_type": version.fields.get("source_type", ""),
        "reviewed_by": version.fields.get("reviewed_by", ""),
    }
