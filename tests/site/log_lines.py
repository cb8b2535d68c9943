"""The log of a server as JSON, and requests that make it write."""

import http.client
import json
import socket
from typing import Any

from tests.services.serve import Server

AS_JSON = {"STOPPRESS_LOG_FORMAT": "json"}
TRUSTED = {"STOPPRESS_TRUSTED_PROXIES": "127.0.0.1"}
HANDSHAKE = (
    "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def told(server: Server) -> list[dict[str, Any]]:
    """Return the log's records."""
    return [json.loads(line) for line in said(server) if line.startswith("{")]


def said(server: Server) -> list[str]:
    """Return the lines of standard output and error."""
    return server.log.read_text().splitlines()


def ask(
    server: Server, path: str, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[int, str | None, bytes]:
    """Return an answer's status, the id in it, and its body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers["X-Request-ID"], body


def open_line(server: Server, path: str, words: str = HANDSHAKE) -> socket.socket:
    """Return a connection on which a GET request was answered, at least its first byte."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    line.sendall(f"GET {path} HTTP/1.1\r\n{words}".encode())
    assert line.recv(9) == b"HTTP/1.1 "
    return line
