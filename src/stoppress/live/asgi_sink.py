"""A sink on any ASGI server: drives `send` itself, without a task where none is needed."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from types import coroutine
from typing import Any

from .frames import text_of

Send = Callable[[dict[str, Any]], Awaitable[None]]


class AsgiSink:
    """Sends frames through an ASGI `send`, one at a time.

    A `send` that need not wait is run to its end on the spot; only where it waits, for a reader
    that takes no more, does the rest of it become a task.
    """

    def __init__(self, send: Send, drained: Callable[[], None], failed: Callable[[], None]) -> None:
        self._send = send
        self._drained = drained
        self._failed = failed
        self._unsent = 0
        self._task: asyncio.Task[None] | None = None
        self._closing: dict[str, Any] | None = None

    def pending(self) -> int:
        """Return the bytes of the frame that is under way; 0 where none is."""
        return self._unsent

    def write(self, data: bytes) -> None:
        """Send a frame; only called while nothing is pending."""
        self._unsent = len(data)
        self._drive({"type": "websocket.send", "text": text_of(data)})

    def close(self, code: int, reason: str) -> None:
        """Close the WebSocket; a frame that its reader does not take is not waited for."""
        self._closing = {"type": "websocket.close", "code": code, "reason": reason}
        if self._task is not None:
            self._task.cancel()
        else:
            self._drive(self._closing)

    def _drive(self, message: dict[str, Any]) -> None:
        sending = self._call(message)
        try:
            waits_for = sending.send(None)
        except StopIteration:
            self._unsent = 0
        except Exception:  # whatever this server raises where the reader is gone
            self._unsent = 0
            self._failed()
        else:
            self._task = asyncio.get_running_loop().create_task(self._wait(sending, waits_for))

    async def _call(self, message: dict[str, Any]) -> None:
        await self._send(message)

    async def _wait(self, sending: Coroutine[Any, Any, None], waits_for: object) -> None:
        try:
            await _rest(sending, waits_for)
        except asyncio.CancelledError:
            if self._closing is None:
                raise
        except Exception:  # as in `_drive`
            self._failed()
            return
        finally:
            self._unsent = 0
            self._task = None
        if self._closing is not None:
            await self._send(self._closing)
        else:
            self._drained()


@coroutine
def _rest(sending: Coroutine[Any, Any, None], waits_for: object) -> Generator[Any, Any, None]:
    """Run a started coroutine to its end; `waits_for` is what it has yielded."""
    while True:
        try:
            value = yield waits_for
        except BaseException as error:
            step = partial(sending.throw, error)
        else:
            step = partial(sending.send, value)
        try:
            waits_for = step()
        except StopIteration:
            return
