"""The audit of pictures: uploads, changes and deletions, without their texts."""

from stoppress.newsroom.models import AuditEntry, Picture

from .record import Thing
from .watch import Before, Told

Act = AuditEntry.Act
FIELDS = ("alt", "caption", "credit", "focus_x", "focus_y")


def picture_told(picture: Picture, before: Before) -> Told:
    """Yield the upload of a picture, or its change with the names of the changed fields."""
    if before is None:
        yield Act.PICTURE_ADDED, ""
    elif changed := [name for name in before if before[name] != getattr(picture, name)]:
        yield Act.PICTURE_CHANGED, ", ".join(sorted(changed))


def picture_deleted(picture: Picture) -> Told:
    yield Act.PICTURE_DELETED, ""


def picture_thing(picture: Picture) -> Thing:
    """Return a picture as the object of an act: only its number, because its name is a text."""
    return Thing("picture", str(picture.pk))
