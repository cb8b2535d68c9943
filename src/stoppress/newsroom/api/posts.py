"""The API's calls for the posts of live stories. A post is an article: the same verbs write it."""

from functools import partial

from django.http import HttpResponse, JsonResponse
from ninja import Router

from stoppress.newsroom.models import Article
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    correct_article,
    move_post,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)
from stoppress.newsroom.rights import Verb

from . import post_schemas, schemas
from .answers import article_answer, respond
from .auth import ApiRequest
from .calls import POST, reads, writes
from .changing import IfMatch, change, found, found_post
from .creating import Creation
from .fields import verb_fields
from .listing import PAGE, Before, DeskState, Limit, PubStatus, in_state, page
from .once import Key

router = Router(tags=["posts"])


@router.post(
    "/articles/{article_id}/posts",
    summary="Publish a post in a live story, or save a draft",
    **writes(Scope.WRITE, {201: post_schemas.Post} | POST),
)
def create_post(
    request: ApiRequest,
    article_id: int,
    payload: post_schemas.NewPost,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Answer 201 with the new post; 200 if the same `external_id` or key has already made it.

    A post needs a headline or a body. As for articles, publishing, now or later, needs the scope
    `publish`.
    """
    creation = Creation(payload, request.auth, idempotency_key, found(article_id))
    post, new = creation.find_or_make()
    return respond(post, 201 if new else 200, payload)


@router.get(
    "/articles/{article_id}/posts",
    summary="List the posts of a live story, the newest first",
    **reads({200: post_schemas.PostList}, of_live_story=True),
)
def list_posts(
    request: ApiRequest,
    article_id: int,
    limit: Limit = PAGE,
    before: Before = None,
    pub_status: PubStatus = None,
    desk_state: DeskState = None,
) -> HttpResponse:
    """Drafts come first, then pinned posts, then the others by `occurred`.

    Retracted posts are only listed if `pub_status` asks for them. They have no text, and neither
    have the posts of a retracted story, except drafts. A post that is published while you read page
    after page is neither missed nor listed twice.
    """
    story = found(article_id)
    if not story.is_live:
        raise WrongState("Only a live story has posts.")
    posts = Article.objects.filter(parent=story).defer("body_tree").prefetch_related("authors")
    listed, following = page(in_state(posts, pub_status, desk_state), limit, before, story=story)
    for post in listed:
        post.parent = story
    items = [article_answer(post) for post in listed]
    return JsonResponse({"items": items, "next": following or None})


@router.get("/posts/{post_id}", summary="Read a post", **reads(POST))
def read_post(request: ApiRequest, post_id: int) -> HttpResponse:
    return respond(found_post(post_id))


@router.patch("/posts/{post_id}", summary="Update a post", **writes(Scope.WRITE, POST))
def update_post(
    request: ApiRequest,
    post_id: int,
    payload: post_schemas.PostChanges,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Change the given fields. Readers see an update, not a correction.

    A new `occurred` moves the post to that time's position. The token needs the scope `publish` for
    a post that is or was public or is scheduled, for `publish_at`, `pinned`, and an earlier end of
    an embargo.
    """
    do = partial(update_article, changes=verb_fields(payload))
    return change(request, post_id, if_match, idempotency_key, Verb.EDIT, do, payload, found_post)


@router.post(
    "/posts/{post_id}/publish",
    summary="Publish the draft of a post",
    **writes(Scope.PUBLISH, POST),
)
def publish_a_post(
    request: ApiRequest,
    post_id: int,
    payload: schemas.Remark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Its story must be public."""
    do = partial(publish_article, note=payload.note if payload else "")
    right = Verb.PUBLISH
    return change(request, post_id, if_match, idempotency_key, right, do, payload, found_post)


@router.post(
    "/posts/{post_id}/correct",
    summary="Correct a public post",
    **writes(Scope.PUBLISH, POST),
)
def correct_post(
    request: ApiRequest,
    post_id: int,
    payload: post_schemas.PostCorrection,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Change the given fields. The public `note` says what was wrong."""
    do = partial(correct_article, note=payload.note, changes=verb_fields(payload))
    right = Verb.CORRECT
    return change(request, post_id, if_match, idempotency_key, right, do, payload, found_post)


@router.post(
    "/posts/{post_id}/retract",
    summary="Retract a public post",
    **writes(Scope.PUBLISH, POST),
)
def retract_post(
    request: ApiRequest,
    post_id: int,
    payload: schemas.Retraction,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Withdraw the text everywhere. The public `note` takes the post's place."""
    do = partial(retract_article, note=payload.note)
    right = Verb.RETRACT
    return change(request, post_id, if_match, idempotency_key, right, do, payload, found_post)


@router.post(
    "/posts/{post_id}/restore",
    summary="Restore a retracted post",
    **writes(Scope.PUBLISH, POST),
)
def restore_post(
    request: ApiRequest,
    post_id: int,
    payload: schemas.Remark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    do = partial(restore_article, note=payload.note if payload else "")
    right = Verb.RESTORE
    return change(request, post_id, if_match, idempotency_key, right, do, payload, found_post)


@router.post(
    "/posts/{post_id}/pin",
    summary="Pin a post above the others of its story",
    **writes(Scope.PUBLISH, POST),
)
def pin_post(
    request: ApiRequest,
    post_id: int,
    payload: schemas.Nothing | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Set `pinned`. A draft moves above the others when it is published."""
    return _set_pinned(request, post_id, if_match, idempotency_key, True)


@router.post(
    "/posts/{post_id}/unpin",
    summary="Unpin a post",
    **writes(Scope.PUBLISH, POST),
)
def unpin_post(
    request: ApiRequest,
    post_id: int,
    payload: schemas.Nothing | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Put the post back into its position by `occurred`."""
    return _set_pinned(request, post_id, if_match, idempotency_key, False)


@router.post(
    "/posts/{post_id}/move",
    summary="Move a post to another live story",
    **writes(Scope.PUBLISH, POST),
)
def move(
    request: ApiRequest,
    post_id: int,
    payload: post_schemas.Move,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Readers see it removed from one story and added to the other; its history moves with it."""
    found_post(post_id)
    story = Article.objects.filter(pk=payload.article).first()
    if story is None:
        raise InvalidField("article", "does not exist.")
    do, right = partial(move_post, story=story), Verb.UPDATE
    return change(
        *(request, post_id, if_match, idempotency_key, right, do, payload, found_post),
        goes_to=story,
    )


def _set_pinned(
    request: ApiRequest,
    post_id: int,
    if_match: str | None,
    idempotency_key: str | None,
    pinned: bool,
) -> HttpResponse:
    do, right = partial(update_article, changes={"pinned": pinned}), Verb.PIN
    return change(request, post_id, if_match, idempotency_key, right, do, None, found_post)
