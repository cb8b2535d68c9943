"""The installation's secret key, made once and kept beside its data."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def secret_key(directory: Path) -> str:
    """Return the key kept in `directory`, made there by the first process that asks.

    Raises:
        ImproperlyConfigured: it can be neither read nor made.
    """
    try:
        return _secret_key(directory)
    except OSError as error:
        raise ImproperlyConfigured(
            f"the secret key must be kept in {directory}, which this user cannot do: {error}. "
            "Let the user own the directory, or set STOPPRESS_DATA or STOPPRESS_SECRET_KEY."
        ) from error


def _secret_key(directory: Path) -> str:
    path = directory / "secret_key"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=directory)  # for its owner alone
        with os.fdopen(descriptor, "w") as file:
            file.write(get_random_secret_key())
        # Where another process was first, its key counts.
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()
