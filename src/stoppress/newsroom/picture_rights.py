"""Who may upload, describe and delete pictures. It follows from the rights on articles.

A picture has no rights of its own: who writes uploads, and what readers see is changed by those who
may change it. Which pictures somebody may see is `rights.visible_pictures`.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import ApiToken, Picture
from .rights import Actor, NoRight, check, holds, may
from .verb import Verb

UPLOADING = _("Uploading a picture")
CHANGING = _("A change of this picture")
CHANGING_SHOWN = _("A change of a picture that readers see")
DELETING = _("Deleting a picture that somebody else has uploaded")


def may_upload(actor: Actor) -> bool:
    return may(actor, Verb.CREATE)


def check_upload(actor: Actor) -> None:
    """Refuse an upload by one who writes no articles.

    Raises:
        NoRight.
    """
    check(actor, Verb.CREATE, subject=UPLOADING)


def may_change(actor: Actor, picture: Picture) -> bool:
    """Return whether an actor may change what is said of a picture.

    Of one that readers see: who may update articles. Of another: its uploader, and who may change
    everybody's drafts.
    """
    right = _right_to_change(picture)
    return _has(actor, right) or (right is Verb.EDIT and is_own(actor, picture))


def check_change(actor: Actor, picture: Picture) -> None:
    """Refuse a change by one who may not make it.

    Raises:
        NoRight.
    """
    right = _right_to_change(picture)
    subject: Promise = CHANGING if right is Verb.EDIT else CHANGING_SHOWN
    if not may_change(actor, picture):
        raise NoRight(subject, right)


def may_delete(actor: Actor, picture: Picture) -> bool:
    """Return whether an actor may delete a picture, once no article uses it."""
    return is_own(actor, picture) or _has(actor, _right_to_delete(actor))


def check_delete(actor: Actor, picture: Picture) -> None:
    """Refuse a deletion by one who may not delete the picture.

    Raises:
        NoRight.
    """
    if not may_delete(actor, picture):
        raise NoRight(DELETING, _right_to_delete(actor))


def is_own(actor: Actor, picture: Picture) -> bool:
    """Return whether an actor has uploaded a picture, and still writes."""
    if not may_upload(actor):
        return False
    uploader = picture.token_id if isinstance(actor, ApiToken) else picture.uploader_id
    return uploader is not None and uploader == actor.pk


def _right_to_change(picture: Picture) -> Verb:
    shown = Picture.objects.public().filter(pk=picture.pk).exists()
    return Verb.UPDATE if shown else Verb.EDIT


def _right_to_delete(actor: Actor) -> Verb:
    # A token deletes no article; what it can do to a draft that is not wanted is to discard it.
    return Verb.DISCARD if isinstance(actor, ApiToken) else Verb.DELETE


def _has(actor: Actor, right: Verb) -> bool:
    """Return whether an actor has a right on everybody's articles."""
    return may(actor, right) if isinstance(actor, ApiToken) else holds(actor, right)
