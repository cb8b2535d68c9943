"""The site's static files as Django's first middleware."""

import asyncio
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from servestatic.middleware import ServeStaticMiddleware

from .build import WITH_DIGEST, collected


class StaticFiles(ServeStaticMiddleware):  # type: ignore[misc]  # it has no types
    """ServeStatic for the collected files of all versions, and for those of the apps.

    An unknown digest belongs to another version, which has an open page or a server beside this
    one: the file with the plain name is the best answer, cached for a minute.
    """

    FOREVER = 365 * 24 * 3600

    def add_files_from_finders(self) -> None:
        """Add the files; a plain name always means the app's file, not a collected one.

        Other files in that directory, such as the database, are not served.
        """
        root = Path(settings.STATIC_ROOT)
        for name in set() if self.autorefresh else collected(root):
            if (root / name).is_file():
                self.add_file_to_dictionary(f"{self.static_prefix}{name}", str(root / name), root)
        super().add_files_from_finders()

    async def __call__(self, request: HttpRequest) -> Any:
        """Answer the request for a file, or pass the request on."""
        path = request.path_info
        plain = WITH_DIGEST.sub("", path)
        if plain != path and path not in self.files and path.startswith(self.static_prefix):
            # Read anew: the file and its length may have changed since the start.
            file = await asyncio.to_thread(self.find_file, plain)
            if file is not None:
                return await self.aserve(file, request)
        return await super().__call__(request)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Return whether a file never changes, because its name has a digest."""
        is_collected = path.startswith(os.path.join(settings.STATIC_ROOT, ""))
        return is_collected and bool(WITH_DIGEST.search(url))
