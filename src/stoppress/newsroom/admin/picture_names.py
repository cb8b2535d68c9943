"""The name of a picture in the admin."""

from typing import Any

from stoppress.newsroom.models import Picture
from stoppress.newsroom.rights import visible_pictures


def named(picture: Picture) -> str:
    """Return a picture's number, with its alternative text or caption if it has one."""
    words = picture.alt or picture.caption
    return f"{picture.pk}: {words}" if words else str(picture.pk)


def name_of(number: object, user: Any) -> str:
    """Return a picture's name for a user; only the number if it is deleted or hidden from them."""
    numbers = [number] if isinstance(number, int) else []
    found = visible_pictures(user, Picture.objects.filter(pk__in=numbers)).first()
    return named(found) if found else str(number)
