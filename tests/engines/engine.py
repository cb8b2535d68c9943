"""A browser, as far as the tests of the client need one."""

import time
from collections.abc import Callable
from typing import Any, Protocol

PATIENCE = 20.0
PAUSE = 0.05


class Engine(Protocol):
    """One window of a browser.

    Attributes:
        name: `chromium`, `firefox` or `webkit`.
    """

    name: str

    def open(self, url: str) -> None:
        """Load a page and wait until it is loaded."""

    def ask(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, which JSON can hold."""

    def open_beside(self, url: str) -> None:
        """Load a page in another tab of the same reader, which is asked from now on."""

    def close_tab(self) -> None:
        """Close the tab that is asked; the one before is asked again."""

    def end(self) -> None:
        """End the browser."""


def wait_for(engine: Engine, expression: str, what: Callable[[Any], bool] = bool) -> Any:
    """Return an expression's value once it is as wanted.

    Raises:
        AssertionError: it never was; with its last value.
    """
    deadline = time.monotonic() + PATIENCE
    while not what(value := engine.ask(expression)):
        assert time.monotonic() < deadline, f"{engine.name}: {expression} was {value!r}"
        time.sleep(PAUSE)  # a browser's page can only be asked
    return value
