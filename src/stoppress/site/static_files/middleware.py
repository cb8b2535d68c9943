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
    """ServeStatic for the files that were collected, of all versions, and for those of the apps.

    A digest that is not known is of another version, whose page is still open or whose server
    stands beside this one: the file of that name is the best answer, for a minute.
    """

    FOREVER = 365 * 24 * 3600

    def add_files_from_finders(self) -> None:
        """Add the files; a plain name is the app's, whatever was collected.

        Nothing else in that directory is served, such as the database if it is there, too.
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
            # As it is now: it may have changed since the start, and its length with it.
            file = await asyncio.to_thread(self.find_file, plain)
            if file is not None:
                return await self.aserve(file, request)
        return await super().__call__(request)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Return whether an address is that of a file with a digest, for ever."""
        is_collected = path.startswith(os.path.join(settings.STATIC_ROOT, ""))
        return is_collected and bool(WITH_DIGEST.search(url))
