import socket

import pytest

from stoppress.site.serving.listening import CannotListen, address_of, listen, port_of


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def close(listening):
    for opened in listening:
        opened.close()


def test_every_address_of_a_host_is_listened_on_at_one_port():
    listening = listen("localhost", 0)
    try:
        assert port_of(listening) > 0
        assert {opened.getsockname()[1] for opened in listening} == {port_of(listening)}
        assert address_of("localhost", listening) == f"http://localhost:{port_of(listening)}/"
    finally:
        close(listening)


def test_an_ipv6_address_stands_in_brackets():
    listening = listen("127.0.0.1", 0)
    try:
        assert address_of("::1", listening) == f"http://[::1]:{port_of(listening)}/"
    finally:
        close(listening)


def test_a_port_that_is_taken_is_said_in_words(taken):
    with pytest.raises(CannotListen, match=f"127.0.0.1:{taken}: address already in use"):
        listen("127.0.0.1", taken)


def test_a_host_that_is_none_is_said_in_words():
    with pytest.raises(CannotListen, match="cannot listen at no.such.host.invalid:80: "):
        listen("no.such.host.invalid", 80)
