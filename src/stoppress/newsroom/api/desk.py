"""The API's calls for the desk: submit or discard a draft, and write notes about it.

Each call exists for articles and for posts.
"""

from collections.abc import Callable
from functools import partial

from django.db import IntegrityError
from django.http import HttpResponse, JsonResponse
from ninja import Router

from stoppress.newsroom.models import Article, Note, Version
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.payloads import wire_time
from stoppress.newsroom.publishing import (
    add_note,
    discard_draft,
    reopen_draft,
    send_back_article,
    submit_article,
)
from stoppress.newsroom.rights import Verb, permitted

from . import schemas
from .auth import ApiRequest, require
from .calls import POST, Answers, reads, writes
from .changing import IfMatch, change, found, found_post
from .once import Key, Once

router = Router(tags=["desk"])

NOTE: Answers = {200: schemas.EditorNote, 201: schemas.EditorNote}


@router.post(
    "/articles/{article_id}/submit",
    summary="Submit a draft",
    **writes(Scope.WRITE),
)
def submit(
    request: ApiRequest,
    article_id: int,
    payload: schemas.Nothing | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Hand a draft to the desk, which publishes it or sends it back."""
    return change(
        request, article_id, if_match, idempotency_key, Verb.SUBMIT, submit_article, payload
    )


@router.post(
    "/articles/{article_id}/send-back",
    summary="Send a submitted draft back",
    **writes(Scope.PUBLISH),
)
def send_back(
    request: ApiRequest,
    article_id: int,
    payload: schemas.DeskNote,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """The `note` says what is missing; it is never public. A `publish_at` is dropped."""
    do = partial(send_back_article, note=payload.note)
    return change(request, article_id, if_match, idempotency_key, Verb.SEND_BACK, do, payload)


@router.post(
    "/articles/{article_id}/discard",
    summary="Discard a draft",
    **writes(Scope.PUBLISH),
)
def discard(
    request: ApiRequest,
    article_id: int,
    payload: schemas.DeskRemark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Put a draft aside: it is kept, and listed only if `desk_state` asks. Drops `publish_at`."""
    do = partial(discard_draft, note=payload.note if payload else "")
    return change(request, article_id, if_match, idempotency_key, Verb.DISCARD, do, payload)


@router.post(
    "/articles/{article_id}/reopen",
    summary="Reopen a discarded draft",
    **writes(Scope.WRITE),
)
def reopen(
    request: ApiRequest,
    article_id: int,
    payload: schemas.DeskRemark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """A draft that another program or editor has made needs the scope `publish`."""
    check_whose(request, found(article_id))
    do = partial(reopen_draft, note=payload.note if payload else "")
    return change(request, article_id, if_match, idempotency_key, Verb.CREATE, do, payload)


@router.get(
    "/articles/{article_id}/notes",
    summary="Read the notes about an article",
    **reads({200: schemas.EditorNoteList}),
)
def list_notes(request: ApiRequest, article_id: int) -> HttpResponse:
    """The newest is first. Readers never see them."""
    return notes_of(found(article_id))


@router.post(
    "/articles/{article_id}/notes",
    summary="Write a note about an article",
    **writes(Scope.WRITE, NOTE),
)
def write_note(
    request: ApiRequest,
    article_id: int,
    payload: schemas.NewNote,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Answer 201 with the new note; 200 if the same key has already made it."""
    return add(request, partial(found, article_id), payload, idempotency_key)


@router.post(
    "/posts/{post_id}/submit",
    summary="Submit the draft of a post",
    **writes(Scope.WRITE, POST),
)
def submit_post(
    request: ApiRequest,
    post_id: int,
    payload: schemas.Nothing | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Hand a draft to the desk, which publishes it or sends it back."""
    do, right = submit_article, Verb.SUBMIT
    return change(request, post_id, if_match, idempotency_key, right, do, payload, found_post)


@router.post(
    "/posts/{post_id}/send-back",
    summary="Send the submitted draft of a post back",
    **writes(Scope.PUBLISH, POST),
)
def send_post_back(
    request: ApiRequest,
    post_id: int,
    payload: schemas.DeskNote,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """The `note` says what is missing; it is never public. A `publish_at` is dropped."""
    do, right = partial(send_back_article, note=payload.note), Verb.SEND_BACK
    return change(request, post_id, if_match, idempotency_key, right, do, payload, found_post)


@router.post(
    "/posts/{post_id}/discard",
    summary="Discard the draft of a post",
    **writes(Scope.PUBLISH, POST),
)
def discard_post(
    request: ApiRequest,
    post_id: int,
    payload: schemas.DeskRemark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Put a draft aside: it is kept, and listed only if `desk_state` asks. Drops `publish_at`."""
    do = partial(discard_draft, note=payload.note if payload else "")
    right = Verb.DISCARD
    return change(request, post_id, if_match, idempotency_key, right, do, payload, found_post)


@router.post(
    "/posts/{post_id}/reopen",
    summary="Reopen the discarded draft of a post",
    **writes(Scope.WRITE, POST),
)
def reopen_post(
    request: ApiRequest,
    post_id: int,
    payload: schemas.DeskRemark | None = None,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> HttpResponse:
    """A draft that another program or editor has made needs the scope `publish`."""
    check_whose(request, found_post(post_id))
    do = partial(reopen_draft, note=payload.note if payload else "")
    right = Verb.CREATE
    return change(request, post_id, if_match, idempotency_key, right, do, payload, found_post)


@router.get(
    "/posts/{post_id}/notes",
    summary="Read the notes about a post",
    **reads({200: schemas.EditorNoteList}),
)
def list_notes_of_post(request: ApiRequest, post_id: int) -> HttpResponse:
    """The newest is first. Readers never see them."""
    return notes_of(found_post(post_id))


@router.post(
    "/posts/{post_id}/notes",
    summary="Write a note about a post",
    **writes(Scope.WRITE, NOTE),
)
def write_note_about_post(
    request: ApiRequest,
    post_id: int,
    payload: schemas.NewNote,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Answer 201 with the new note; 200 if the same key has already made it."""
    return add(request, partial(found_post, post_id), payload, idempotency_key)


def check_whose(request: ApiRequest, draft: Article) -> None:
    """Refuse to reopen a draft that the token has not made, if its scope is below `publish`.

    Raises:
        Refusal: 403.
    """
    made = draft.versions.filter(act=Version.Act.CREATE, by=request.auth.name)
    # A user may have the token's name. Only articles that users create have contributors.
    if not made.exists() or draft.contributors.exists():
        require(request.auth, Scope.PUBLISH, "Reopening somebody else’s draft")


def notes_of(article: Article) -> HttpResponse:
    return JsonResponse({"items": [note_answer(note) for note in article.notes.all()]})


def add(
    request: ApiRequest,
    find: Callable[[], Article],
    payload: schemas.NewNote,
    idempotency_key: str | None,
) -> HttpResponse:
    """Write a note, unless the same key has already made it."""
    once = Once(request.auth, idempotency_key, request.method, request.path, payload.model_dump())
    made = once.find(Note)
    if made is None:
        article = find()
        try:
            with permitted(request.auth, Verb.NOTE, article) as fresh:
                note = add_note(fresh, payload.text, by=request.auth.name)
                once.remember(note)
            return JsonResponse(note_answer(note), status=201)
        except IntegrityError:
            # A simultaneous request with the same key was first.
            made = once.find(Note)
            if made is None:
                raise
    return JsonResponse(note_answer(made))


def note_answer(note: Note) -> dict[str, object]:
    return {
        "id": note.pk,
        "text": note.text,
        "by": note.by,
        "created": wire_time(note.created),
    }
