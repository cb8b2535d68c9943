"""Disconnects the readers of a process in batches when it shuts down."""

import asyncio
import logging
import math
from collections.abc import Callable, Set

from stoppress.live import conf
from stoppress.live.delivery.connection import Connection
from stoppress.live.protocol.frames import goodbye_frame
from stoppress.live.protocol.refusals import restarting

logger = logging.getLogger("stoppress.live")

# Seconds between two batches of goodbyes.
GOODBYE_PAUSE = 0.1
# Seconds within which a few readers come back.
LEAST_WINDOW = 0.5
# The part of the window in which the readers are disconnected. Each comes back at a random moment
# within a whole window, so the last of them are still served in its second half.
SPREAD = 0.5


class Farewell:
    """Asks readers to connect again, at random moments within a window, and ends their connections.

    Args:
        connections: the hub's.
        leave: removes a connection from the hub.

    Attributes:
        begun: the process is shutting down.
    """

    def __init__(self, connections: Set[Connection], leave: Callable[[Connection], None]) -> None:
        self.begun = False
        self._connections = connections
        self._leave = leave

    @property
    def window(self) -> float:
        """Return the seconds within which the present readers can come back elsewhere."""
        rate = conf.get("DRAIN_RATE")
        needed = len(self._connections) / rate if rate else 0.0
        return min(conf.get("DRAIN_SECONDS"), max(LEAST_WINDOW, needed))

    def refuse(self, transport: str) -> None:
        """Refuse a new reader if the process is shutting down.

        A poll or a range is answered, since it is short, and so is a connection of the hub's own.

        Raises:
            Refusal: the reader is to come back later, to another process.
        """
        if self.begun and transport not in {"poll", "range", ""}:
            raise restarting(self.window)

    async def say(self, reason: str, within: float, over: float = 0.0) -> None:
        """Say goodbye to every reader.

        Args:
            within: seconds within which readers are told to reconnect.
            over: seconds over which the connections are ended, batch by batch.
        """
        self.begun = True
        waiting = self._readers()
        batches = max(1, round(over / GOODBYE_PAUSE))
        size = max(1, math.ceil(len(waiting) / batches))
        for start in range(0, len(waiting), size):
            if start:
                await asyncio.sleep(GOODBYE_PAUSE)
            for connection in waiting[start : start + size]:
                self._let_go(connection, reason, within)

    async def say_in_time(self) -> None:
        """Say goodbye to every reader, in batches, as fast as they can come back elsewhere."""
        window = self.window
        await self.say("restart", window, window * SPREAD)

    def say_at_once(self) -> None:
        """Say goodbye to every reader: the server has begun to shut down.

        The server's own timeout is not known here. Each reader comes back at a random moment.
        """
        if not self.begun:
            self.begun = True
            window = self.window
            for connection in self._readers():
                self._let_go(connection, "restart", window)

    def cut_off(self, connection: Connection) -> None:
        """Say goodbye to a reader whose response or WebSocket the server has cancelled."""
        self._let_go(connection, "restart", self.window)

    def _readers(self) -> list[Connection]:
        return [connection for connection in self._connections if connection.transport != "poll"]

    def _let_go(self, connection: Connection, reason: str, within: float) -> None:
        connection.send_control(goodbye_frame(reason, within))
        try:
            connection.close(restarting(within))
        except Exception:  # the other readers must still get their goodbye
            logger.exception("could not say goodbye to a reader")
        self._leave(connection)
