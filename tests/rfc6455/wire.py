"""WebSocket frames, and a client that can send invalid ones (RFC 6455)."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = bytes.fromhex("37fa213d")
# Seconds for an answer, and for the end of a connection after its close.
SECONDS = 10.0
# The pong for this ping comes after everything else.
LAST = b"are you there?"
# A close frame without a code (RFC 6455, section 7.1.5), and an end without a close frame.
NO_CODE, LOST = 1005, 1006


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True
) -> bytes:
    """Return a client's frame, valid or invalid."""
    masking = MASK if masked else b""
    body = bytes(byte ^ MASK[n % 4] for n, byte in enumerate(payload)) if masked else payload
    return head(opcode, len(payload), fin=fin, rsv=rsv, masked=masked) + masking + body


def head(opcode: int, size: int, *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """Return a frame's head, up to the length of its payload."""
    first, mask = fin << 7 | rsv << 4 | opcode, masked << 7
    if size < 126:
        return bytes([first, mask | size])
    if size < 2**16:
        return bytes([first, mask | 126]) + size.to_bytes(2)
    return bytes([first, mask | 127]) + size.to_bytes(8)


def fragments(*parts: bytes, opcode: int = TEXT) -> list[bytes]:
    """Return one message as several frames."""
    last = len(parts) - 1
    return [frame(CONT if n else opcode, part, fin=n == last) for n, part in enumerate(parts)]


def close(code: int | None = None, reason: bytes = b"") -> bytes:
    """Return a close frame."""
    return frame(CLOSE, b"" if code is None else code.to_bytes(2) + reason)


@dataclass
class Answer:
    """A server's reaction: its pongs, and the code that it closed with; None while it is open."""

    pongs: list[bytes] = field(default_factory=list)
    code: int | None = None


class Client:
    """An open WebSocket."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._got = b""

    def say(self, chunks: Iterable[bytes]) -> None:
        """Send bytes chunk by chunk; ignore a server that has closed the connection."""
        with suppress(ConnectionError):
            for chunk in chunks:
                self._line.sendall(chunk)

    def answer(self) -> Answer:
        """Return the server's reaction, up to its answer to the last ping or its close."""
        answer = Answer()
        for opcode, payload in self._frames():
            if opcode == PONG and payload == LAST:
                return answer
            if opcode == PONG:
                answer.pongs.append(payload)
            elif opcode == CLOSE:
                answer.code = int.from_bytes(payload[:2]) if payload else NO_CODE
                self.say([frame(CLOSE, payload)])
        if answer.code is None:
            answer.code = LOST
        return answer

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        """Yield frames until the server closes the connection."""
        with suppress(EOFError, ConnectionError):
            while True:
                first, size = self._take(2)
                if size > 125:
                    size = int.from_bytes(self._take(2 if size == 126 else 8))
                yield first & 15, self._take(size)

    def _take(self, size: int) -> bytes:
        while len(self._got) < size:
            data = self._line.recv(65536)
            if not data:
                raise EOFError
            self._got += data
        taken, self._got = self._got[:size], self._got[size:]
        return taken

    def shake_hands(self, path: str) -> None:
        """Send a handshake, and read the head of the answer."""
        self._line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode()
            + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self._take(1)
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer, "the accept key of section 1.3"


@contextmanager
def connected(port: int, path: str) -> Iterator[Client]:
    """Open a WebSocket at a port of this machine."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = Client(line)
        client.shake_hands(path)
        yield client
