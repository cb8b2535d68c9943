"""A page of any host whose name leads here, by DNS, reads nothing of this site."""

import socket

import pytest

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

HANDSHAKE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
ADDRESSES = {
    "/live/ws?stream=news": HANDSHAKE,
    "/live/ws?stream=wire": HANDSHAKE,
    "/live/sse?stream=news": "",
    "/live/poll?stream=news": "Connection: close\r\n",
    "/": "Connection: close\r\n",
    "/articles/1/": "Connection: close\r\n",
    "/healthz": "Connection: close\r\n",
    "/metrics": "Connection: close\r\n",
    "/api/articles": "Connection: close\r\n",
}


def status(server, address, host):
    """Return the status that a request is answered with."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        head = f"GET {address} HTTP/1.1\r\nHost: {host}\r\n{ADDRESSES[address]}\r\n"
        line.sendall(head.encode())
        return int(line.recv(65536).split(b" ", 2)[1])


@pytest.mark.parametrize("fast", ["yes", "no"])
def test_every_address_refuses_a_foreign_host(serve, fast):
    server = serve(env={"STOPPRESS_FAST_PATH": fast})
    for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1,evil.example"):
        found = {address: status(server, address, host) for address in ADDRESSES}
        assert found == dict.fromkeys(ADDRESSES, 400), host
    ours = {address: status(server, address, f"localhost:{server.port}") for address in ADDRESSES}
    assert 400 not in ours.values() and ours["/live/ws?stream=news"] == 101
