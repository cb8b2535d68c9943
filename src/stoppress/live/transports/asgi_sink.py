"""A sink for any ASGI server: it calls `send` itself, and starts a task only if that waits."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from types import CoroutineType
from typing import Any, Protocol

from stoppress.live.asgi_types import Message, Send
from stoppress.live.driven import rest
from stoppress.live.protocol.refusals import Refusal

# Seconds that a pending frame may take before the close replaces it; the close then gets as many.
LAST_FRAME_SECONDS = 1.0


class Framing(Protocol):
    """How a transport wraps frames; nothing else differs between the transports."""

    def frame(self, data: bytes) -> Message:
        """Return the ASGI message that carries a frame."""

    def end(self, refusal: Refusal) -> Message:
        """Return the ASGI message that ends the connection."""


class AsgiSink:
    """Sends frames through an ASGI `send`, one at a time.

    A `send` that does not wait runs to its end at once. If it waits, because the reader takes no
    more, the rest of it becomes a task.

    Args:
        filled: called when a frame has to wait.
        drained: called when a waiting frame was sent.
        closed: called when nothing more will be sent.
    """

    # There are many sinks, so each must be small.
    __slots__ = (
        "_closing",
        "_drained",
        "_ending",
        "_filled",
        "_framing",
        "_on_closed",
        "_send",
        "_task",
        "_unsent",
    )

    # A server-sent event carries the reader's cursors, which are known only when its frame is sent.
    batch_bytes = 0
    wire = None

    def __init__(
        self,
        send: Send,
        framing: Framing,
        filled: Callable[[], object],
        drained: Callable[[], object],
        closed: Callable[[], object],
    ) -> None:
        self._send = send
        self._framing = framing
        self._filled = filled
        self._drained = drained
        self._on_closed = closed
        self._unsent = 0
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._ending: asyncio.Task[None] | None = None

    def pending(self) -> int:
        """Return the bytes of the frame that is being sent; 0 where there is none."""
        return self._unsent

    def write(self, frames: Sequence[bytes]) -> None:
        """Send a frame; only called while nothing is pending."""
        [data] = frames
        self._unsent = len(data)
        self._drive(self._framing.frame(data))

    def close(self, refusal: Refusal) -> None:
        """End the connection; a frame that the reader does not take is waited for briefly."""
        last = self._framing.end(refusal)
        self._closing = True
        if self._task is None:
            self._drive(last)
        else:
            ending = self._end(self._task, last)
            self._ending = asyncio.get_running_loop().create_task(ending)

    def _drive(self, message: Message) -> None:
        try:
            sending = self._send(message)
            if not isinstance(sending, CoroutineType):
                sending = _await(sending)
            waits_for = sending.send(None)
        except StopIteration:
            self._unsent = 0
            if self._closing:
                self._on_closed()
        except Exception:  # whatever this server raises once the reader has disconnected
            self._unsent = 0
            self._on_closed()
        else:
            self._task = asyncio.get_running_loop().create_task(self._wait(sending, waits_for))
            self._filled()

    async def _wait(self, sending: Coroutine[Any, Any, None], waits_for: object) -> None:
        try:
            await rest(sending, waits_for)
        except Exception:  # as in `_drive`
            self._on_closed()
            return
        finally:
            self._unsent = 0
            self._task = None
        if not self._closing:
            self._drained()
        elif self._ending is None:
            self._on_closed()  # the last message had to wait, and is sent now

    async def _end(self, waiting: asyncio.Task[None], last: Message) -> None:
        """Send the last message after the pending frame, or instead of it."""
        await asyncio.wait({waiting}, timeout=LAST_FRAME_SECONDS)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        with suppress(Exception):  # as in `_drive`; the connection ends anyway
            async with asyncio.timeout(LAST_FRAME_SECONDS):
                await self._send(last)
        self._on_closed()


async def _await(sending: Awaitable[None]) -> None:
    await sending
