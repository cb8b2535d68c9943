"""The installation's secret key, made once and kept beside its data."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def secret_key(directory: Path) -> str:
    """Return the key kept in `directory`, made there by the first process that asks."""
    path = directory / "secret_key"
    directory.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = directory / f".secret_key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(get_random_secret_key())
        try:
            os.link(draft, path)  # fails where another process was first: its key counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
