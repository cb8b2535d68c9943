"""A sink on any ASGI server: drives `send` itself, without a task where none is needed."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from functools import partial
from types import coroutine
from typing import Any

from .frames import text_of

Send = Callable[[dict[str, Any]], Awaitable[None]]


# What a frame under way gets to be taken before a close takes its place.
LAST_FRAME_SECONDS = 1.0


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
        self._ending: asyncio.Task[None] | None = None

    def pending(self) -> int:
        """Return the bytes of the frame that is under way; 0 where none is."""
        return self._unsent

    def write(self, data: bytes) -> None:
        """Send a frame; only called while nothing is pending."""
        self._unsent = len(data)
        self._drive({"type": "websocket.send", "text": text_of(data)})

    def close(self, code: int, reason: str) -> None:
        """Close the WebSocket; a frame that its reader does not take is waited for briefly."""
        self._closing = {"type": "websocket.close", "code": code, "reason": reason}
        if self._task is not None:
            self._ending = asyncio.get_running_loop().create_task(
                self._end(self._task, self._closing)
            )
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
        except Exception:  # as in `_drive`
            self._failed()
            return
        finally:
            self._unsent = 0
            self._task = None
        if self._closing is None:
            self._drained()

    async def _end(self, waiting: asyncio.Task[None], closing: dict[str, Any]) -> None:
        """Send the close after the frame that is under way, or instead of it."""
        await asyncio.wait({waiting}, timeout=LAST_FRAME_SECONDS)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        with suppress(Exception):  # as in `_drive`; the reader was left already
            await self._send(closing)


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
