"""Pipelined requests: connections that sent several requests at once take turns."""

import asyncio
from collections import deque
from typing import Protocol

# Connections per turn of the event loop. A connection that sends one request at a time never waits.
AT_ONCE = 2


class Pipeline(Protocol):
    """A connection that has received a further request."""

    def go_on(self) -> None:
        """Serve that request."""


class Pipelines:
    """Lets a few connections in each turn of the event loop serve their next request."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Pipeline] = deque()
        self._turn_is_due = False

    def join(self, pipeline: Pipeline) -> None:
        """Queue a connection for one turn; it joins again for each further one."""
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
        finally:  # if one connection fails, the others must still get their turn
            self._turn_is_due = False
            self._see_to_turn()
