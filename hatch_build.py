"""Puts what `make client` has made into the wheel, where the sources of it were."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Where they were made, and where they are to be.
CLIENT = "stoppress/live/static/stoppress/live"
PAGES = "stoppress/newsroom/built/static/newsroom"
PLACES = {f"{CLIENT}/built": CLIENT, PAGES: "stoppress/newsroom/static/newsroom"}


class ClientHook(BuildHookInterface):
    """Moves the made files; pyproject.toml leaves their sources out."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":  # an editable install has both
            for made, place in PLACES.items():
                build_data["force_include"] |= {
                    str(file): f"{place}/{file.name}"
                    for file in Path(self.root, "src", made).iterdir()
                }
