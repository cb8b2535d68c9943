"""A paper that imports exports."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stoppress.transfer.format import Options, Tell
from stoppress.transfer.wordpress.load import load

from .exports import saved

Take = Callable[..., str]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Import items of an export; return the report. Pictures are read from `media` alone."""
    media = tmp_path / "media"
    media.mkdir(exist_ok=True)

    def take(*items: str, dry_run: bool = False, tell: Tell = str) -> str:
        options = Options(media=media, dry_run=dry_run)
        return "\n".join(load(saved(tmp_path, *items), options, tell))

    return take
