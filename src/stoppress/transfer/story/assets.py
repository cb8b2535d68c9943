"""The style sheet and the fonts of an exported page, read with Django's finders."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles import finders

_REFERENCE = re.compile(rb"""(?:@import\s+|url\(\s*)["']?([^"')]+)["']?""")


def assets(name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of a style sheet and of all files that it uses.

    Args:
        name: the name of the style sheet, as for the template tag `static`.
    """
    waiting, seen = [name], set[str]()
    while waiting:
        this = waiting.pop()
        if this in seen:
            continue
        seen.add(this)
        found = finders.find(this)
        if not found:
            continue  # a site's own style sheet may name a file that it does not have
        content = Path(found).read_bytes()
        yield this, content
        if this.endswith(".css"):
            for address in _REFERENCE.findall(content):
                path = address.decode()
                if not path.startswith(("/", "data:", "http:", "https:", "#")):
                    waiting.append(
                        posixpath.normpath(posixpath.join(posixpath.dirname(this), path))
                    )
