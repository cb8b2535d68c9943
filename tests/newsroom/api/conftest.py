from collections.abc import Iterator

import pytest

from stoppress.live.readers import close_readers

from .caller import Caller


@pytest.fixture
def api(db: None) -> Iterator[Caller]:
    """A program with a token."""
    yield Caller()
    close_readers()
