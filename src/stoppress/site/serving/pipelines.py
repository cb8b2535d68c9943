"""Connections that have sent requests behind one another: each is served one in its turn."""

import asyncio
from collections import deque
from typing import Protocol

# In a turn of the event loop. Whoever sends one request at a time is served in each.
AT_ONCE = 2


class Pipeline(Protocol):
    """A connection with a further request at hand."""

    def go_on(self) -> None:
        """Serve it."""


class Pipelines:
    """Lets connections go on with what they have at hand, a few in each turn of the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Pipeline] = deque()
        self._turn_is_due = False

    def join(self, pipeline: Pipeline) -> None:
        """Have a connection go on in its turn; it joins anew for each time."""
        self._waiting.append(pipeline)
        self._see_to_turn()

    def _see_to_turn(self) -> None:
        if self._waiting and not self._turn_is_due:
            self._turn_is_due = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        try:
            for _ in range(min(AT_ONCE, len(self._waiting))):
                self._waiting.popleft().go_on()
        finally:  # where one has failed, the others are still to go on
            self._turn_is_due = False
            self._see_to_turn()
