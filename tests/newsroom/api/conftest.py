from collections.abc import Iterator

import pytest

from stoppress.newsroom.api.auth import WRONG

from .caller import Caller


@pytest.fixture(autouse=True)
def no_wrong_token_counted() -> None:
    WRONG.forget()


@pytest.fixture
def api(db: None) -> Iterator[Caller]:
    """A program with a token."""
    yield Caller()
