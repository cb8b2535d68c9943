import asyncio
from collections.abc import Callable

import pytest
import uvloop

# What rests on when a transport says that it is full, and when it closes: on either event loop.
ON_BOTH = {"test_direct.py", "test_rows.py"}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Return the event loops that a test runs on."""
    loops: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    return loops | ({"uvloop": uvloop.new_event_loop} if item.path.name in ON_BOTH else {})
