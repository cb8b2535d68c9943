"""Write the files of pictures into the site's storage, read them, and delete them."""

import logging
from collections.abc import Iterable
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from .encoded import Encoded

logger = logging.getLogger("stoppress.newsroom")

# The number of failures after which the storage is not asked again: each can take seconds.
MOST_FAILURES = 2


class NotStored(Exception):
    """The storage does not work at the moment; the message gives the reason, for the log."""


def write(folder: str, encoded: Encoded) -> None:
    """Write a picture's renditions; if one fails, delete the others.

    Raises:
        NotStored: the storage does not answer, or refuses.
    """
    files = {
        f"pictures/{folder}/{each.width}.{each.format}": each.data for each in encoded.renditions
    }
    try:
        for name, data in files.items():
            default_storage.save(name, ContentFile(data))
    except BaseException as error:
        delete(files)  # the one that failed too: a part of it may be there
        if isinstance(error, Exception):  # each storage raises different errors
            raise NotStored(f"{type(error).__name__}: {error}") from error
        raise


def put(name: str, data: bytes) -> None:
    """Write a file, in place of any file with its name.

    Raises:
        NotStored: the storage does not answer, or refuses.
    """
    try:
        default_storage.delete(name)
        default_storage.save(name, ContentFile(data))
    except Exception as error:  # each storage raises different errors
        raise NotStored(f"{type(error).__name__}: {error}") from error


def read(name: str) -> bytes:
    """Return a file.

    Raises:
        FileNotFoundError: the file does not exist.
        NotStored: the storage does not answer, or refuses.
    """
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise
    except Exception as error:  # each storage raises different errors
        raise NotStored(f"{type(error).__name__}: {error}") from error


def delete(names: Iterable[str]) -> None:
    """Delete the files of pictures, and their folders. A missing file is no error.

    Files that cannot be deleted are kept, and logged.
    """
    files = list(names)
    folders = sorted({str(PurePosixPath(name).parent) for name in files})
    left: list[str] = []
    why = ""
    for name in files + folders:
        if len(left) < MOST_FAILURES:
            try:
                default_storage.delete(name)
                continue
            except Exception as error:  # each storage raises different errors
                why = f"{type(error).__name__}: {error}"
        left.append(name)
    if left:
        logger.error(
            "these files of pictures could not be deleted, delete them: %s (%s)",
            ", ".join(left),
            why,
        )


def try_out() -> None:
    """Write a small file, read it, and delete it.

    Raises:
        NotStored: one of the steps failed.
    """
    name, words = f"pictures/.trial-{uuid4().hex}", b"a trial"
    try:
        kept = default_storage.save(name, ContentFile(words))
        if read(kept) != words:
            raise NotStored("what was read is not what was written")
        default_storage.delete(kept)
    except NotStored:
        raise
    except Exception as error:  # each storage raises different errors
        raise NotStored(f"{type(error).__name__}: {error}") from error
