"""How the admin calls a picture."""

from typing import Any

from stoppress.newsroom.models import Picture
from stoppress.newsroom.rights import visible_pictures


def named(picture: Picture) -> str:
    """Return a picture's number, and what it shows."""
    words = picture.alt or picture.caption
    return f"{picture.pk}: {words}" if words else str(picture.pk)


def name_of(number: object, user: Any) -> str:
    """Return how a user reads of a picture: by its number alone if it is deleted, or they may not
    see it."""
    numbers = [number] if isinstance(number, int) else []
    found = visible_pictures(user, Picture.objects.filter(pk__in=numbers)).first()
    return named(found) if found else str(number)
