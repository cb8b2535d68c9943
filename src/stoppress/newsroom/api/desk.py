"""The API's calls for the desk: hand a draft over, put it aside, and write notes about it."""

from functools import partial

from django.db import IntegrityError
from django.http import HttpResponse, JsonResponse
from ninja import Router

from stoppress.newsroom.models import Note, Version
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
from .articles import IfMatch, change, found
from .auth import ApiRequest, require
from .calls import reads, writes
from .once import Key, Once

router = Router(tags=["desk"])


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
    article = found(article_id)
    made = article.versions.filter(act=Version.Act.CREATE, by=request.auth.name)
    # A user may have the token's name. Only what users create has contributors.
    if not made.exists() or article.contributors.exists():
        require(request.auth, Scope.PUBLISH, "Reopening somebody else’s draft")
    do = partial(reopen_draft, note=payload.note if payload else "")
    return change(request, article_id, if_match, idempotency_key, Verb.CREATE, do, payload)


@router.get(
    "/articles/{article_id}/notes",
    summary="Read the notes about an article",
    **reads({200: schemas.EditorNoteList}),
)
def list_notes(request: ApiRequest, article_id: int) -> HttpResponse:
    """The newest is first. Readers never see them."""
    notes = found(article_id).notes.all()
    return JsonResponse({"items": [note_answer(note) for note in notes]})


@router.post(
    "/articles/{article_id}/notes",
    summary="Write a note about an article",
    **writes(Scope.WRITE, {200: schemas.EditorNote, 201: schemas.EditorNote}),
)
def write_note(
    request: ApiRequest,
    article_id: int,
    payload: schemas.NewNote,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Answer 201 with the new note; 200 if the same key has already made it."""
    once = Once(request.auth, idempotency_key, request.method, request.path, payload.model_dump())
    made = once.find(Note)
    if made is None:
        article = found(article_id)
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
