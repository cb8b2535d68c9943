"""The installation's secret key: created once, and kept in the data directory."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def secret_key(directory: Path) -> str:
    """Return the key kept in `directory`; the first process that asks creates it.

    Raises:
        ImproperlyConfigured: the key cannot be read or created.
    """
    try:
        return _secret_key(directory)
    except OSError as error:
        raise ImproperlyConfigured(
            f"this user cannot keep the secret key in {directory}: {error}. "
            "Make the user its owner, or set STOPPRESS_DATA or STOPPRESS_SECRET_KEY."
        ) from error


def _secret_key(directory: Path) -> str:
    path = directory / "secret_key"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=directory)  # private to its owner
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(get_random_secret_key())
            # If another process was first, its key is used.
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.unlink(draft)
    return path.read_text().strip()
