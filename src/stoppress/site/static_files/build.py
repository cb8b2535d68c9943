"""Which static files this installation has, as one short text."""

import hashlib
import os
import re
from functools import cache

from django import __version__ as django
from django.contrib.staticfiles import finders

# As Django's storage names a file by its content.
WITH_DIGEST = re.compile(r"\.[0-9a-f]{12}(?=\.[^./]+$)")


@cache
def digest() -> str:
    """Return what stands for all static files of the apps, by their names, sizes and times.

    The times count in seconds: an image of a container keeps no more of them.
    """
    found = {}
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            name = "/".join(part for part in (getattr(storage, "prefix", ""), path) if part)
            if name not in found:
                stat = os.stat(storage.path(path))
                found[name] = (stat.st_size, int(stat.st_mtime))
    return hashlib.sha256(repr((django, sorted(found.items()))).encode()).hexdigest()[:16]
