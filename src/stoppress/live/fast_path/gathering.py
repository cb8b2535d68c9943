"""A transport that gathers the writes to one reader during a turn of the event loop."""

import asyncio
from typing import Any

# Most bytes that are held back; after that the transport's own buffer is used.
HELD_BYTES = 16 * 1024


class Gathering(asyncio.Transport):
    """Wraps a transport whose every write may be a system call.

    The first write of a turn goes out at once. All further writes of the turn, such as the events
    of a replay, go out together at its end.
    """

    __slots__ = ("_held", "_size", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: list[bytes] | None = None
        self._size = 0

    def gather(self) -> None:
        """Hold back all writes of this turn from now on, the first one too."""
        if self._held is None:
            self._held = []
            asyncio.get_running_loop().call_soon(self._end_turn)

    def write(self, data: Any) -> None:
        """Write at once, or at the end of the turn."""
        if self._held is None:
            self._transport.write(data)
            self.gather()
            return
        self._held.append(data)
        self._size += len(data)
        if self._size >= HELD_BYTES:
            self._write_held()

    def close(self) -> None:
        """Close once everything is written."""
        self._write_held()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Return whether it is closed or closing."""
        return self._transport.is_closing()

    def get_write_buffer_size(self) -> int:
        """Return the bytes that are not written yet."""
        return self._size + self._transport.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return information about the connection."""
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Stop receiving."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Receive again."""
        self._transport.resume_reading()

    def _end_turn(self) -> None:
        self._write_held()
        self._held = None

    def _write_held(self) -> None:
        if self._size:
            held, self._held, self._size = self._held or [], [], 0
            if not self._transport.is_closing():
                self._transport.write(b"".join(held))
