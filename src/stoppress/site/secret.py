"""The installation's secret key, made once and kept beside its data."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def secret_key(directory: Path) -> str:
    """Return the key kept in `directory`, made there by the first process that asks."""
    path = directory / "secret_key"
    directory.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=directory)  # for its owner alone
        with os.fdopen(descriptor, "w") as file:
            file.write(get_random_secret_key())
        # Where another process was first, its key counts.
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()
