"""The API's calls for pictures: upload, describe and delete them."""

from functools import partial
from typing import Annotated, Any

from django.db import IntegrityError
from django.http import Http404, HttpResponse, JsonResponse
from ninja import Router
from ninja.params.functions import Path, Query

from stoppress import live
from stoppress.newsroom.models import Picture
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.payloads import wire_time
from stoppress.newsroom.picture_rights import check_change, check_delete
from stoppress.newsroom.pictures import questions
from stoppress.newsroom.pictures.item import picture_item
from stoppress.newsroom.publishing import change_picture, delete_picture
from stoppress.newsroom.rights import visible_pictures
from stoppress.newsroom.uploading import digest_of, most_bytes, take_picture

from . import multipart
from . import picture_schemas as schemas
from .auth import ApiRequest
from .calls import SENT, Answers, documented, reads, writes
from .listing import PAGE, Limit
from .once import Key, Once

router = Router(tags=["pictures"])

LARGEST = 2**63 - 1
PICTURE: Answers = {200: schemas.Picture}
Id = Annotated[int, Path(ge=1, le=LARGEST)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST, description="`next` of the previous page")]


def uploads() -> dict[str, Any]:
    """Return the decorator's arguments for the call that sends a file."""
    made = documented(Scope.WRITE, PICTURE | {201: schemas.Picture}, SENT)
    made["openapi_extra"]["requestBody"] = multipart.described(schemas.NewPicture)
    return made


@router.post("/pictures", summary="Upload a picture", **uploads())
def upload(request: ApiRequest, idempotency_key: Key = None) -> HttpResponse:
    """The file is read and encoded anew, without its metadata. If the call has no `caption` or
    `credit`, the file's description or author is used. Answer 201; 200 with the existing picture if
    this token has uploaded the same file before. Readers see a picture while a public article shows
    it.
    """
    given = multipart.sent(request, schemas.NewPicture, most_bytes())
    content = (request.method, request.path, digest_of(given.data), given.fields)
    once = Once(request.auth, idempotency_key, *content)
    found, new = once.find(Picture), False
    if found is None:
        try:
            found, new = take_picture(request.auth, given.data, given.fields, once.remember)
        except IntegrityError:
            # A simultaneous request with the same key was first.
            found = once.find(Picture)
            if found is None:
                raise
    return respond(found, 201 if new else 200)


@router.get(
    "/pictures",
    summary="List the pictures, the newest first",
    **reads({200: schemas.PictureList}, of_article=False),
)
def list_pictures(request: ApiRequest, limit: Limit = PAGE, before: Before = None) -> HttpResponse:
    pictures = _known(request)
    if before is not None:
        pictures = pictures.filter(pk__lt=before)
    listed = list(pictures.order_by("-pk")[: limit + 1])
    following = listed[limit - 1].pk if len(listed) > limit else None
    items = [answer(picture) for picture in listed[:limit]]
    return JsonResponse({"items": items, "next": following})


@router.get("/pictures/{picture_id}", summary="Read the description of a picture", **reads(PICTURE))
def read(request: ApiRequest, picture_id: Id) -> HttpResponse:
    return JsonResponse(answer(found_picture(request, picture_id)))


@router.patch(
    "/pictures/{picture_id}",
    summary="Change a picture's description",
    **writes(Scope.WRITE, PICTURE),
)
def describe(
    request: ApiRequest,
    picture_id: Id,
    payload: schemas.PictureChanges,
    idempotency_key: Key = None,
) -> HttpResponse:
    """Readers of the articles that show it see the change at once. A picture that readers see needs
    the scope `publish`.
    """
    fields = payload.model_dump(exclude_unset=True)
    once = Once(request.auth, idempotency_key, request.method, request.path, fields)
    picture = once.find(Picture)
    if picture is None:
        picture = found_picture(request, picture_id)
        check = partial(check_change, request.auth)
        try:
            with live.atomic():
                picture = change_picture(picture, fields, check=check)
                once.remember(picture)
        except IntegrityError:
            # A simultaneous request with the same key was first.
            picture = once.find(Picture)
            if picture is None:
                raise
    return respond(picture)


@router.delete(
    "/pictures/{picture_id}",
    summary="Delete a picture that nothing uses",
    **writes(Scope.WRITE, {204: None}),
)
def delete(request: ApiRequest, picture_id: Id) -> HttpResponse:
    """Its files are deleted too. A picture of another token or a user needs the scope `publish`."""
    picture = found_picture(request, picture_id)
    check_delete(request.auth, picture)
    delete_picture(picture)
    return HttpResponse(status=204)


def _known(request: ApiRequest) -> Any:
    return visible_pictures(request.auth, Picture.objects.all()).with_uses()


def found_picture(request: ApiRequest, picture_id: int) -> Picture:
    """Return the picture of an address.

    Raises:
        Http404.
    """
    picture: Picture | None = _known(request).filter(pk=picture_id).first()
    if picture is None:
        raise Http404(f"There is no picture {picture_id}.")
    return picture


def respond(picture: Picture, status: int = 200) -> JsonResponse:
    counted = Picture.objects.with_uses().get(pk=picture.pk)
    return JsonResponse(answer(counted), status=status)


def answer(picture: Any) -> dict[str, Any]:
    """Return a picture, from `with_uses()`, as the API shows it.

    Its texts are empty while the text of every article that uses it is withdrawn.
    """
    words = dict.fromkeys(("alt", "caption", "credit"), "") if picture.withdrawn else {}
    asked = () if picture.withdrawn else questions.of_picture(picture)
    return (
        picture_item(picture)
        | words
        | {
            "reference": picture.reference,
            "uses": picture.used,
            "by": picture.by,
            "uploaded": wire_time(picture.uploaded),
            **({"questions": list(asked)} if asked else {}),
        }
    )
