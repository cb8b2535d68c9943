"""Permissions to upload, describe and delete pictures. They follow from the rights on articles.

There are no separate rights on pictures. Authors of articles may upload; a picture that readers see
needs the right to update articles. `rights.visible_pictures` has the pictures that a user may see.
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
    """Refuse an upload by an actor without the right to write articles.

    Raises:
        NoRight.
    """
    check(actor, Verb.CREATE, subject=UPLOADING)


def may_change(actor: Actor, picture: Picture) -> bool:
    """Return whether an actor may change the texts of a picture.

    If readers see it, the actor needs the right to update articles. If not, the uploader may, and
    every actor with the right to change all drafts.
    """
    right = _right_to_change(picture)
    return _has(actor, right) or (right is Verb.EDIT and is_own(actor, picture))


def check_change(actor: Actor, picture: Picture) -> None:
    """Refuse a change by an actor without the right to it.

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
    """Refuse a deletion by an actor without the right to it.

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
    # A token cannot delete articles; it can only discard drafts.
    return Verb.DISCARD if isinstance(actor, ApiToken) else Verb.DELETE


def _has(actor: Actor, right: Verb) -> bool:
    """Return whether an actor has a right on everybody's articles."""
    return may(actor, right) if isinstance(actor, ApiToken) else holds(actor, right)
