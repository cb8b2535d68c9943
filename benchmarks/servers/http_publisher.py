"""Publish articles by POST, on one persistent connection, without waiting for the responses."""

import re
import socket
from collections.abc import Sequence

from benchmarks.article import article, compact

from .base import CannotRun

STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
SEND_SECONDS = 30.0
LONGEST = len(b"HTTP/1.1 200")


class HttpPublisher:
    """A connection to the URL at which a server publishes what is posted to it."""

    def __init__(self, port: int, path: str) -> None:
        self._port = port
        self._head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        self._connect()

    def publish(self, numbers: Sequence[int]) -> None:
        """Post the article of each number, pipelined (RFC 9112, 9.3.2).

        Raises:
            CannotRun: the server refused an earlier article, or has closed the connection.
        """
        try:
            if not self._hear():
                # Some servers, such as daphne, close a connection after 60 s without a request.
                self._socket.close()
                self._connect()
            self._socket.sendall(b"".join(map(self._request, numbers)))
        except OSError as failure:
            raise CannotRun(f"The server no longer accepts articles: {failure}") from failure
        self._owed += len(numbers)

    def close(self) -> None:
        self._socket.close()

    def _connect(self) -> None:
        self._heard, self._owed = b"", 0
        self._socket = socket.create_connection(("127.0.0.1", self._port), SEND_SECONDS)

    def _request(self, number: int) -> bytes:
        body = compact(article(number))
        head = f"{self._head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return (head + body).encode()

    def _hear(self) -> bool:
        """Read the responses that have come, so that they never fill the connection.

        Returns:
            whether the connection is still open. It may be closed once all responses have come.
        """
        self._socket.settimeout(0)
        try:
            while told := self._socket.recv(65536):
                self._check(told)
        except BlockingIOError:
            self._socket.settimeout(SEND_SECONDS)
            return True
        except ConnectionError:
            pass  # as good as closed
        if self._owed:
            raise CannotRun("The server has closed the publisher's connection")
        return False

    def _check(self, told: bytes) -> None:
        self._heard += told
        for status in STATUS.findall(self._heard):
            if not status.startswith(b"2"):
                raise CannotRun(f"The server answered a publisher with {status.decode()}")
            self._owed -= 1
        # Keep the last bytes: the next status line may begin in them.
        self._heard = self._heard[-LONGEST + 1 :]
