"""A transport that gathers what is written to one reader in one turn of the event loop."""

import asyncio
from typing import Any

# Bytes that are held back at most; the transport's own buffer comes after that.
HELD_BYTES = 16 * 1024


class Gathering(asyncio.Transport):
    """Stands before a transport, each of whose writes may be a call of the kernel.

    What is written first goes out at once; what follows in the same turn goes out together at its
    end, as the events do that a reader catches up with.
    """

    __slots__ = ("_held", "_size", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: list[bytes] | None = None
        self._size = 0

    def gather(self) -> None:
        """Hold back what is written from here on in this turn, the first of it too."""
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
        """Close after what was written."""
        self._write_held()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Say whether it is closed, or about to be."""
        return self._transport.is_closing()

    def get_write_buffer_size(self) -> int:
        """Return the bytes that are not written yet."""
        return self._size + self._transport.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what is known of the connection."""
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Have nothing more received."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Have more received."""
        self._transport.resume_reading()

    def _end_turn(self) -> None:
        self._write_held()
        self._held = None

    def _write_held(self) -> None:
        if self._size:
            held, self._held, self._size = self._held or [], [], 0
            if not self._transport.is_closing():
                self._transport.write(b"".join(held))
