"""Puts the browser client into the wheel as `make client` has made it, where its modules were."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CLIENT = "stoppress/live/static/stoppress/live"


class ClientHook(BuildHookInterface):
    """Moves the made files up; pyproject.toml leaves the modules out."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":  # an editable install serves the modules themselves
            made = Path(self.root, "src", CLIENT, "built").glob("*.js")
            build_data["force_include"] |= {str(file): f"{CLIENT}/{file.name}" for file in made}
