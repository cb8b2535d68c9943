"""A site of three files, in one version after another."""

import json
import os
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import override_settings

from stoppress.site.static_files import build, storage
from stoppress.site.static_files.collecting import collect

FILES = {
    "paper.css": 'p { background: url("dot.svg") }',
    "dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "sub/paper.js": "export {}",
}


class Site:
    """Its files, and where they are collected."""

    def __init__(self, folder: Path) -> None:
        self.sources, self.root = folder / "sources", folder / "data" / "static"
        self._times = 0
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Change a file, at a later second than the last."""
        file = self.sources / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self._times += 1
        os.utime(file, (self._times, self._times))
        build.digest.cache_clear()

    def start(self) -> None:
        """Collect, as a server does at its start."""
        staticfiles_storage._wrapped = storage.SiteFiles()
        collect()

    @property
    def collected(self) -> set[str]:
        """The files that are collected, without the manifests."""
        found = {each.relative_to(self.root) for each in self.root.rglob("*") if each.is_file()}
        return {str(each) for each in found if each.suffix not in {".json", ""}}

    @property
    def manifests(self) -> list[dict[str, str]]:
        return [json.loads(each.read_text())["paths"] for each in self.root.glob("*.json")]


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    with override_settings(
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STATICFILES_DIRS=[made.sources],
        STATIC_ROOT=made.root,
    ):
        before = staticfiles_storage._wrapped  # Django's, which reads the settings once
        build.digest.cache_clear()
        storage._tell_once.cache_clear()
        yield made
    staticfiles_storage._wrapped = before  # as above
    build.digest.cache_clear()
