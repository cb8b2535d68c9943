"""A short digest of the static files of this installation."""

import hashlib
import json
import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path

from django import __version__ as django
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.apps import StaticFilesConfig

# As Django's storage names a file by its content.
WITH_DIGEST = re.compile(r"\.[0-9a-f]{12}(?=\.[^./]+$)")
MANIFESTS = "staticfiles-*.json"


@cache
def digest() -> str:
    """Return a digest of the names, sizes and times of all static files of the apps.

    Times are in whole seconds: a container image stores no fractions.
    """
    found = {}
    for finder in finders.get_finders():
        # As files are collected: without an editor's own, such as `.#gazette.css`.
        for path, storage in finder.list(StaticFilesConfig.ignore_patterns):
            name = "/".join(part for part in (getattr(storage, "prefix", ""), path) if part)
            if name not in found:
                with suppress(OSError):  # a link that leads nowhere
                    stat = os.stat(storage.path(path))
                    found[name] = (stat.st_size, int(stat.st_mtime))
    return hashlib.sha256(repr((django, sorted(found.items()))).encode()).hexdigest()[:16]


def collected(root: Path) -> set[str]:
    """Return the names of the files that were collected in a directory, of all versions."""
    return set().union(*map(names_in, root.glob(MANIFESTS)))


def names_in(manifest: Path) -> set[str]:
    """Return the names with a digest in a manifest; an empty set if it cannot be read."""
    try:
        names = json.loads(manifest.read_text())["paths"].values()
    except (OSError, ValueError):
        return set()
    return {name for name in names if WITH_DIGEST.search(name)}
