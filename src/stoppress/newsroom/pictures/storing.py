"""Writes the files of pictures into the site's storage, and deletes them."""

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from .encoded import Encoded


def write(folder: str, encoded: Encoded) -> None:
    """Write a picture's renditions. What was written is deleted again if one fails."""
    written: list[str] = []
    try:
        for each in encoded.renditions:
            name = f"pictures/{folder}/{each.width}.{each.format}"
            written.append(default_storage.save(name, ContentFile(each.data)))
    except BaseException:
        delete(written)
        raise


def delete(names: Iterable[str]) -> None:
    """Delete files; one that is not there is no error."""
    for name in names:
        default_storage.delete(name)
