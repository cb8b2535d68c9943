"""The documentation of each call: its token's scope, and every answer that it can give."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from stoppress.newsroom.models.token import Scope

from . import post_schemas, schemas
from .auth import needs

Answers = dict[int, type[BaseModel] | None]

ARTICLE: Answers = {200: schemas.Article}
POST: Answers = {200: post_schemas.Post}
# Of every call: its token, its parameters, and a database that does not answer.
EVERY = (401, 403, 422, 429, 503)
# Of a call that writes: its body, and its `Idempotency-Key` or `If-Match`.
SENT = (400, 413, 415)
# Headers of the answers, each with its description; those with an article or a post have an `ETag`.
HEADERS = {
    "401": ("WWW-Authenticate", "what is wrong with the token (RFC 6750)"),
    "429": ("Retry-After", "seconds"),
    "503": ("Retry-After", "seconds"),
}
ETAG = ("ETag", "the version, for `If-Match`")


def reads(
    answers: Answers, *, of_article: bool = True, of_live_story: bool = False
) -> dict[str, Any]:
    """Return the decorator's arguments for a call that reads.

    Args:
        answers: the schema of each answer that is no error, by its status.
        of_article: its address names an article or a post.
        of_live_story: the article has to be a live story.
    """
    missing = (404,) if of_article else ()
    return documented(Scope.READ, answers, (*missing, 409) if of_live_story else missing)


def writes(scope: Scope, answers: Answers = ARTICLE, *, of_article: bool = True) -> dict[str, Any]:
    """Return the decorator's arguments for a call that writes. If its address names an article or
    a post and its answer is the same, it takes an `If-Match`.

    Args:
        scope, answers, of_article: as for `reads`.
    """
    changed = (404, 409) if of_article else ()
    conditional = (412,) if of_article and answers in (ARTICLE, POST) else ()
    return documented(scope, answers, (*SENT, *changed, *conditional))


def documented(scope: Scope, answers: Answers, refusals: tuple[int, ...]) -> dict[str, Any]:
    """Return the decorator's arguments for a call with these answers and refusals."""
    errors: Answers = dict.fromkeys((*EVERY, *refusals), schemas.Error)
    if 412 in errors:
        errors[412] = schemas.Conflict
    return {"response": answers | errors, **needs(scope)}


def describe_headers(openapi: dict[str, Any]) -> None:
    """Add the headers of the answers, which Ninja does not describe, to an OpenAPI description."""
    for call in _calls(openapi):
        for status, response in call["responses"].items():
            schema = response.get("content", {}).get("application/json", {}).get("schema", {})
            versioned = schema.get("$ref", "").endswith(("/Article", "/Post"))
            header = ETAG if versioned else HEADERS.get(str(status))
            if header is not None:
                name, says = header
                required = {"required": True, "description": says, "schema": {"type": "string"}}
                response["headers"] = {name: required}


def _calls(openapi: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in openapi["paths"].values():
        yield from methods.values()
