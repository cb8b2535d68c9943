"""A kernel for tests: sockets that are descriptors only, and sinks that have one."""

from collections.abc import Callable, Sequence
from ctypes import c_size_t

from stoppress.live.delivery import sends
from stoppress.live.protocol.refusals import Refusal

from .page import Frame, Line


class Kernel:
    """Hands what is sent to a descriptor to the line that it belongs to.

    Attributes:
        faults: what was sent to a descriptor that nobody has any more.
        sent: how many sends have come.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.sent = 0
        self._lines: dict[int, WiredLine] = {}

    def plug(self, line: "WiredLine") -> int:
        self._lines[len(self._lines)] = line
        return len(self._lines) - 1

    def send(self, descriptor: int, data: bytes, size: c_size_t, flags: int) -> int:
        """Do as `send(2)` does: return how many bytes were taken, or -1."""
        assert size.value == len(data) and flags == sends._AT_ONCE
        self.sent += 1
        line = self._lines[descriptor]
        if line.closed or line.ended or line.pending():
            self.faults.append(f"sent past a sink that is {line}: {data!r}")
        return line.arrived(data)


class WiredLine(Line):
    """A line whose messages may be sent past it; while `stalled` it takes a part of one, or none.

    Attributes:
        ended: its reader is gone.
        filled: is called when it does not take everything.
    """

    def __init__(self, kernel: Kernel, written: Callable[[Frame, bytes], None]) -> None:
        super().__init__(written, batch_bytes=300)
        self.descriptor = kernel.plug(self)
        self.ended = False
        self.filled: Callable[[], None] = lambda: None
        self._part = b""

    def __repr__(self) -> str:
        return f"closed {self.closed}, ended {self.ended}, pending {self.pending()}"

    @property
    def wire(self) -> "WiredLine | None":
        return None if self.closed or self.pending() else self

    @wire.setter
    def wire(self, nothing: None) -> None:
        """Pass over what a list has."""

    def arrived(self, data: bytes) -> int:
        """Take bytes that were sent to the descriptor."""
        if self.stalled:
            self._part = data[: len(data) * (self.descriptor % 2) // 2]
            return len(self._part) or -1
        super().write(messages(data))
        return len(data)

    def write_rest(self, data: bytes) -> None:
        whole, self._part = self._part + data, b""
        self.write(messages(whole))

    def write(self, frames: Sequence[bytes]) -> None:
        super().write(frames)
        if self.pending():
            self.filled()

    def close(self, refusal: Refusal) -> None:
        super().close(refusal)
        self.ended = True


def messages(data: bytes | bytearray) -> list[bytes]:
    """Return the texts of unmasked WebSocket messages, which end where the last one does.

    Pings are left out.
    """
    found, at = [], 0
    while at < len(data):
        first, short = data[at], data[at + 1]
        assert first in (0x81, 0x89) and short < 127
        start = at + (2 if short < 126 else 4)
        end = start + (short if short < 126 else int.from_bytes(data[at + 2 : start]))
        assert len(data) >= end
        if first == 0x81:
            found.append(bytes(data[start:end]))
        at = end
    return found
