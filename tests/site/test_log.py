"""A client can make the server write one short line, and only a few of them."""

import socket

import pytest

from .test_hosts import HANDSHAKE

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

REQUESTS = 100
# Of one kind in a minute: ten lines of at most 500 bytes, and how many were left out.
BYTES = 11 * 550

PLAIN = "Connection: close\r\n"
FIELDS = "&".join(f"a{number}=1" for number in range(1100))
FOREIGN = {
    "a foreign host": "GET / HTTP/1.1\r\nHost: evil{n}.example\r\n" + PLAIN,
    "its stream": "GET /live/poll?stream=news HTTP/1.1\r\nHost: evil{n}.example\r\n" + PLAIN,
    "its WebSocket": "GET /live/ws?stream=news HTTP/1.1\r\nHost: evil{n}.example\r\n" + HANDSHAKE,
    "a foreign page": (
        "GET /live/ws HTTP/1.1\r\nHost: {host}\r\nOrigin: http://evil{n}.example\r\n" + HANDSHAKE
    ),
    "a WebSocket elsewhere": "GET /other{n} HTTP/1.1\r\nHost: {host}\r\n" + HANDSHAKE,
    "a bad name": "GET /live/ws?stream=N{n} HTTP/1.1\r\nHost: {host}\r\n" + HANDSHAKE,
    "no such stream": "GET /live/ws?stream=n{n} HTTP/1.1\r\nHost: {host}\r\n" + HANDSHAKE,
    "no such page": "GET /no/{n}%0aERROR%20forged HTTP/1.1\r\nHost: {host}\r\n" + PLAIN,
    "too many fields": "GET /admin/login/?" + FIELDS + " HTTP/1.1\r\nHost: {host}\r\n" + PLAIN,
    "a form of nobody's": "POST /admin/login/ HTTP/1.1\r\nHost: {host}\r\n" + PLAIN,
    "no token": "GET /api/articles?n={n} HTTP/1.1\r\nHost: {host}\r\n" + PLAIN,
    "no HTTP": "rubbish {n}\r\n",
}


@pytest.mark.parametrize("fast", ["yes", "no"])
def test_a_flood_of_bad_requests_is_a_few_short_lines(serve, fast):
    server = serve(env={"STOPPRESS_FAST_PATH": fast})
    written = {}
    for what, request in FOREIGN.items():
        before = server.log.stat().st_size
        for number in range(REQUESTS):
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
                words = request.replace("{n}", str(number)).replace("{host}", server.url[7:])
                line.sendall(f"{words}\r\n".encode())
                assert line.recv(64).startswith(b"HTTP/1.1 ")
        written[what] = server.log.stat().st_size - before
    assert {what: size for what, size in written.items() if size > BYTES} == {}
    server.stop()
    log = server.log.read_text()
    assert "Traceback" not in log and "\nERROR" not in log
    # The one whom it concerns is told how many there were, at the end of the minute or before.
    assert f"… and {REQUESTS - 10} more like it in the last minute" in log
