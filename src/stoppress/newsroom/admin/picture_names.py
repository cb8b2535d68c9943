"""How the admin calls a picture."""

from collections.abc import Iterable

from stoppress.newsroom.models import Picture


def named(picture: Picture) -> str:
    """Return a picture's number, and what it shows."""
    words = picture.alt or picture.caption
    return f"{picture.pk}: {words}" if words else str(picture.pk)


def names_of(numbers: Iterable[object]) -> dict[object, str]:
    """Return how pictures are called, by their numbers; one that is deleted by its number."""
    wanted = list(numbers)
    found = Picture.objects.filter(pk__in=[each for each in wanted if isinstance(each, int)])
    return {each: str(each) for each in wanted} | {each.pk: named(each) for each in found}
