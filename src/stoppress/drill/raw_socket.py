"""A WebSocket written by hand, for requests that no correct client sends."""

import socket
import struct
from collections.abc import Sequence
from urllib.parse import urlsplit

# A small receive buffer: the kernel soon takes no more data for a reader that does not read.
RECEIVE_BYTES = 4096
SECONDS = 10.0


class RawSocket:
    """A connection to a server, which may become a WebSocket.

    Args:
        receive_bytes: size of the kernel's receive buffer; 0 for the system's default.
    """

    def __init__(self, url: str, receive_bytes: int = 0) -> None:
        self._parts = urlsplit(url)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_bytes:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self._socket.settimeout(SECONDS)
        self._rest = b""
        self._socket.connect((self._parts.hostname, self._parts.port))

    def handshake(self, streams: Sequence[str] = ("news",), origin: str = "") -> int:
        """Send a WebSocket handshake; return the status of the answer."""
        asks = "&".join(f"stream={stream}" for stream in streams)
        self.send(
            f"GET /live/ws?{asks} HTTP/1.1\r\nHost: {self._parts.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: c3RvcC1wcmVzcy1kcmlsbA==\r\n"
            + (f"Origin: {origin}\r\n" if origin else "")
            + "\r\n"
        )
        while b"\r\n\r\n" not in self._rest:
            self._read()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        return int(head.split(None, 2)[1])

    def send(self, text: str) -> None:
        """Send text, which need not be a whole request."""
        self._socket.sendall(text.encode())

    def send_frame(self, size: int) -> None:
        """Send a text frame of so many bytes, masked with zeros."""
        head = bytes((0x81, 0xFF)) + struct.pack("!Q", size) + bytes(4)
        try:
            self._socket.sendall(head + b"x" * size)
        except OSError:
            return  # the server may refuse the frame before all of it is sent

    def close_code(self) -> int:
        """Read up to the server's close frame; return its code, or 1006 if there is none."""
        try:
            while True:
                opcode, data = self._frame()
                if opcode == 0x8:
                    return int.from_bytes(data[:2], "big")
        except OSError:
            return 1006

    def close(self) -> None:
        """Close the socket, without a close frame."""
        self._socket.close()

    def __enter__(self) -> "RawSocket":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _frame(self) -> tuple[int, bytes]:
        first, second = self._exactly(2)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(self._exactly(2 if size == 126 else 8), "big")
        return first & 0x0F, self._exactly(size)

    def _exactly(self, count: int) -> bytes:
        while len(self._rest) < count:
            self._read()
        data, self._rest = self._rest[:count], self._rest[count:]
        return data

    def _read(self) -> None:
        piece = self._socket.recv(65536)
        if not piece:
            raise OSError("the server has closed the connection")
        self._rest += piece


def halted_reader(url: str, streams: Sequence[str]) -> RawSocket:
    """Return a WebSocket whose reader has stopped reading.

    Raises:
        OSError: the handshake was refused.
    """
    halted = RawSocket(url, RECEIVE_BYTES)
    if halted.handshake(streams) != 101:
        halted.close()
        raise OSError("the handshake was refused")
    return halted
