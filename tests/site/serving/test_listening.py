import socket

import pytest

from stoppress.site.serving import listening as module
from stoppress.site.serving.listening import CannotListen, address_of, listen, port_of
from tests.services.stand_in import StandIn


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def close(listening):
    for opened in listening:
        opened.close()


@pytest.fixture
def two_addresses(monkeypatch):
    """Have the system's resolver name two addresses, one of them twice: few machines have such."""
    real = socket.getaddrinfo

    def both(host, *arguments, **options):
        assert host == "localhost"
        first, second = (real(at, *arguments, **options) for at in ("127.0.0.1", "127.0.0.2"))
        return first + second + first

    system = StandIn(socket, getaddrinfo=both)
    monkeypatch.setattr(module, "socket", system)  # what the system's answers varies


def test_every_address_of_a_host_is_listened_on_at_one_port(two_addresses):
    listening = listen("localhost", 0)
    try:
        port = port_of(listening)
        assert [opened.getsockname() for opened in listening] == [
            ("127.0.0.1", port),
            ("127.0.0.2", port),
        ]
        assert address_of("localhost", listening) == f"http://localhost:{port}/"
    finally:
        close(listening)


def test_no_address_is_listened_on_if_one_is_taken(two_addresses):
    with socket.create_server(("127.0.0.2", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"localhost:{port}: address already in use"):
            listen("localhost", port)
        socket.create_server(("127.0.0.1", port)).close()


def test_an_ipv6_address_is_shown_in_brackets():
    listening = listen("127.0.0.1", 0)
    try:
        assert address_of("::1", listening) == f"http://[::1]:{port_of(listening)}/"
    finally:
        close(listening)


def test_a_port_in_use_is_a_clear_error(taken):
    with pytest.raises(CannotListen, match=f"127.0.0.1:{taken}: address already in use"):
        listen("127.0.0.1", taken)


def test_an_unknown_host_is_a_clear_error():
    with pytest.raises(CannotListen, match="cannot listen at no.such.host.invalid:80: "):
        listen("no.such.host.invalid", 80)
