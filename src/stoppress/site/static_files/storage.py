"""The addresses of the site's static files, with a digest of the content if it is collected."""

import json
import logging
from functools import cache
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from .build import digest

logger = logging.getLogger("stoppress.site")


class SiteFiles(ManifestStaticFilesStorage):
    """Django's storage with a manifest for each set of files, so that two versions can share it.

    A file that is not in the manifest has its plain address, at which the site serves it too. So no
    page fails because files could not be collected, or because a template names a missing file.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.manifest_name = f"staticfiles-{digest()}.json"
        super().__init__(*args, **kwargs)

    def read_manifest(self) -> str | None:  # type: ignore[override]  # Django's returns None too
        """Return the manifest's text; None if there is none, or it cannot be read."""
        try:
            text = super().read_manifest()
            json.loads(text or "")
        except (OSError, ValueError):
            return None
        return text

    def renew(self) -> None:
        """Read the manifest again."""
        self.hashed_files, self.manifest_hash = self.load_manifest()  # type: ignore[assignment]  # a str

    def stored_name(self, name: str) -> str:
        """Return the name with the content's digest; unchanged if it is not in the manifest."""
        try:
            return super().stored_name(name)
        except ValueError:
            if not finders.find(name):
                _tell_once(name)
            return name


@cache
def _tell_once(name: str) -> None:
    logger.warning("a template names the static file %.200r, which no app has", name)
