import asyncio

import pytest

from stoppress.live.delivery import row, sends
from tests.live.kernel import Kernel

from .watchman import Watchman


@pytest.fixture
def kernel(monkeypatch):
    monkeypatch.setattr(row, "ROW", 2)
    made = Kernel()
    monkeypatch.setattr(sends, "_send", made.send)  # the system's call
    return made


@pytest.fixture
async def watchman(settings):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 15, "LAG_SECONDS": 10, "LAG_EVENTS": 3}
    made = Watchman()
    yield made
    for task in made.spawned:
        task.cancel()
    await asyncio.gather(*made.spawned, return_exceptions=True)
