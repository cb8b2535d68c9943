from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_django import Settings

from stoppress.webhooks.dispatcher import Dispatcher
from stoppress.webhooks.models import Endpoint
from tests.services.web import Web

from .made import made
from .receiver import Receiver


@pytest.fixture
def receiver(web: Web, settings: Settings) -> Receiver:
    settings.STOPPRESS_FETCH_PRIVATE = True
    return Receiver(web)


@pytest.fixture
def endpoint(receiver: Receiver, db: None) -> Endpoint:
    return made("archive", receiver.url)


@contextmanager
def sending() -> Iterator[Dispatcher]:
    """Send in the background, as the worker does."""
    dispatcher = Dispatcher()
    dispatcher.start()
    try:
        yield dispatcher
    finally:
        dispatcher.stop()
