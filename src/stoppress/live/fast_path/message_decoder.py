"""Reads a reader's messages, with the sans-I/O core of the `websockets` library (RFC 6455)."""

from websockets.frames import Close, Frame, Opcode
from websockets.protocol import OPEN

from .parser import Parser

# RFC 6455, section 7.4.1.
NOT_UTF8, NOT_UTF8_REASON = 1007, "text has to be UTF-8"


class MessageDecoder:
    """Reads one reader's frames. It is large, so drop it whenever it is idle.

    Args:
        message_bytes: most bytes of a message.

    Attributes:
        frames: how many frames were complete.
    """

    __slots__ = ("_binary", "_due", "_parser", "_parts", "frames")

    def __init__(self, message_bytes: int | None) -> None:
        self._parser = Parser(message_bytes, OPEN)
        self._parts: list[bytes] = []
        self._binary = False
        self._due = 0
        self.frames = 0

    def idle(self) -> bool:
        """Return whether no frame, message or close is in progress."""
        return not self._due and not self._parts and self._parser.state is OPEN

    def take(self, data: bytes) -> list[str | None]:
        """Return the messages that are complete now: text, or None for one that is not text."""
        parser = self._parser
        parser.receive_data(data)
        self._due += len(data)
        messages: list[str | None] = []
        for frame in parser.events_received():
            if not isinstance(frame, Frame):
                continue
            self.frames += 1
            self._due -= _wire_bytes(frame)
            if frame.opcode in {Opcode.TEXT, Opcode.BINARY}:
                self._binary = frame.opcode is Opcode.BINARY
            elif frame.opcode is not Opcode.CONT:
                continue
            self._parts.append(bytes(frame.data))
            if frame.fin:
                message, self._parts = b"".join(self._parts), []
                try:
                    messages.append(None if self._binary else message.decode())
                except UnicodeDecodeError:
                    parser.fail(NOT_UTF8, NOT_UTF8_REASON)
                    break
        return messages

    def close(self, code: int, reason: str) -> None:
        """Begin to close, unless that has begun."""
        if self._parser.state is OPEN:
            self._parser.send_close(code, reason)

    def answer(self) -> bytes:
        """Return the bytes to be sent in response: pongs, and the close."""
        return b"".join(self._parser.data_to_send())

    def ended(self) -> Close | None:
        """Return how the connection was closed, by the reader or because of an error; else None."""
        parser = self._parser
        return parser.close_rcvd or (parser.close_sent if parser.eof_sent else None)

    def faulted(self) -> bool:
        """Return whether the connection was closed because of invalid data, not by the reader."""
        return self._parser.eof_sent and self._parser.close_rcvd is None


def _wire_bytes(frame: Frame) -> int:
    """Return the size of a masked frame on the wire, with the shortest length field."""
    size = len(frame.data)
    return 6 + size + (0 if size < 126 else 2 if size < 65536 else 8)
