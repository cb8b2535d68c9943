"""Store an uploaded picture from a user or a program; a repeated upload is stored once."""

import hashlib
import logging
from collections.abc import Callable, Mapping

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError
from django.utils.translation import gettext as _

from .models import ApiToken, IdempotencyKey, Picture
from .picture_rights import check_upload
from .pictures.encoded import Encoded, NotAPicture, OthersFirst
from .pictures.sandbox import MAX_BYTES, encode_safely
from .pictures.storing import NotStored
from .publishing import InvalidField, NewsroomError, add_picture
from .rights import Actor

logger = logging.getLogger(__name__)


class NotNow(NewsroomError):
    """The server cannot accept a picture at the moment; a later retry may succeed."""


def most_bytes() -> int:
    """Return the size limit of an uploaded file, in bytes."""
    return int(getattr(settings, "STOPPRESS_MAX_PICTURE", MAX_BYTES))


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def take_picture(
    actor: Actor,
    data: bytes,
    fields: Mapping[str, object],
    remember: Callable[[Picture], None] = lambda picture: None,
) -> tuple[Picture, bool]:
    """Store a picture, unless the actor has uploaded the same file before.

    Call this outside of a transaction: it takes seconds.

    Args:
        data: the file.
        fields: as for `add_picture`. They do not change a picture that exists already.
        remember: called in the transaction that makes the picture's row.

    Returns:
        The picture, and whether it is new.

    Raises:
        NoRight: the actor may not upload.
        InvalidField: a value is not accepted; the `file` is not a picture, or of a kind that is not
            accepted.
        NotNow: too many are being read, or the storage failed; the log says why.
        IntegrityError: `remember` has raised it.
    """
    check_upload(actor)
    digest = digest_of(data)
    found = uploaded_before(actor, digest)
    if found is not None:
        return found, False

    def remember_both(picture: Picture) -> None:
        # The same file may be sent twice at the same moment: the unique key lets one be stored.
        IdempotencyKey.remember(_whose(actor), digest, "", picture)
        remember(picture)

    by = actor.name if isinstance(actor, ApiToken) else actor.get_username()
    uploader = actor if isinstance(actor, AbstractBaseUser) else None
    token = actor if isinstance(actor, ApiToken) else None
    encoded = _encoded(data)
    try:
        made = add_picture(
            encoded, fields, by=by, uploader=uploader, token=token, then=remember_both
        )
        return made, True
    except IntegrityError:
        found = uploaded_before(actor, digest)
        if found is None:
            raise
        return found, False
    except NotStored as error:
        logger.exception("A picture's files could not be stored.")
        words = _("The picture could not be stored, and nothing was saved. Upload it again later.")
        raise NotNow(words) from error


def _encoded(data: bytes) -> Encoded:
    try:
        return encode_safely(data)
    except OthersFirst as error:
        raise NotNow(error.words.shown()) from error
    except NotAPicture as error:
        why = error.words.shown()
        raise InvalidField("file", _("was not accepted. %(why)s") % {"why": why}) from error


def uploaded_before(actor: Actor, digest: str) -> Picture | None:
    """Return the picture that an actor has made from a file with this digest, if it still exists.

    Args:
        digest: SHA-256, in hexadecimal.
    """
    if isinstance(actor, ApiToken):
        own = Picture.objects.filter(token=actor.pk)
    else:
        own = Picture.objects.filter(uploader=actor.pk)
    return own.filter(digest=digest).order_by("pk").first()


def _whose(actor: Actor) -> str:
    return f"pictures of {'token' if isinstance(actor, ApiToken) else 'user'} {actor.pk}"
