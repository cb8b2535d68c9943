"""Write the files of pictures into the site's storage, read them, and delete them."""

from collections.abc import Iterable
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from .encoded import Encoded


class NotStored(Exception):
    """The storage cannot be used just now; the message names the reason, for the log."""


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


def read(name: str) -> bytes:
    """Return a file.

    Raises:
        FileNotFoundError: there is none.
        NotStored: the storage does not answer, or refuses.
    """
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise
    except Exception as error:  # each storage has errors of its own
        raise NotStored(f"{type(error).__name__}: {error}") from error


def delete(names: Iterable[str]) -> None:
    """Delete files; one that is not there is no error."""
    for name in names:
        default_storage.delete(name)


def try_out() -> None:
    """Write a small file, read it, and delete it.

    Raises:
        NotStored: that is not possible.
    """
    name, words = f"pictures/.trial-{uuid4().hex}", b"a trial"
    try:
        kept = default_storage.save(name, ContentFile(words))
        if read(kept) != words:
            raise NotStored("what was read is not what was written")
        delete([kept])
    except NotStored:
        raise
    except Exception as error:  # each storage has errors of its own
        raise NotStored(f"{type(error).__name__}: {error}") from error
