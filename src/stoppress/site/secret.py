"""The installation's secret key: created once, and kept in the data directory."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from . import env

# Fewer characters can be guessed from a signed cookie. Django warns below 50 (security.W009).
LEAST_CHARS, LEAST_LETTERS = 32, 5
HOW = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def strong(key: str) -> str:
    """Return the key that an operator gives; an empty one is none.

    Raises:
        ImproperlyConfigured: it can be guessed; the message has the command that makes one.
    """
    if key and (len(key) < LEAST_CHARS or len(set(key)) < LEAST_LETTERS):
        raise ImproperlyConfigured(
            f"{env.source('STOPPRESS_SECRET_KEY')} can be guessed: a secret key has {LEAST_CHARS} "
            f"characters at least, {LEAST_LETTERS} of them different. Make one: {HOW}; or set "
            "none, and the first start makes one."
        )
    return key


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
