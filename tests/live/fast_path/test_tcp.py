import asyncio
import socket

import pytest

from stoppress.live.fast_path import tcp
from stoppress.live.fast_path.tcp import end_soon, give_up_after


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux has that option")
async def test_a_connection_to_a_reader_that_reads_nothing_is_given_up():
    lost = asyncio.Event()

    class Sender(asyncio.Protocol):
        def connection_made(self, transport):
            give_up_after(transport, 0.2)
            transport.write(b"x" * 2**24)

        def connection_lost(self, exc):
            lost.set()

    server = await asyncio.get_running_loop().create_server(Sender, "127.0.0.1", 0)
    async with server:
        with socket.create_connection(server.sockets[0].getsockname()):
            async with asyncio.timeout(20):
                await lost.wait()


async def test_unread_bytes_do_not_delay_the_end_of_a_connection(monkeypatch):
    monkeypatch.setattr(tcp, "CLOSE_SECONDS", 0.05)
    lost = asyncio.Event()

    class Sender(asyncio.Protocol):
        def connection_made(self, transport):
            transport.write(b"x" * 2**24)
            end_soon(transport)

        def connection_lost(self, exc):
            lost.set()

    server = await asyncio.get_running_loop().create_server(Sender, "127.0.0.1", 0)
    async with server:
        with socket.create_connection(server.sockets[0].getsockname()):
            async with asyncio.timeout(30):
                await lost.wait()


class Told:
    """A transport whose kernel says what it is told to (`struct tcp_info`)."""

    def __init__(self, retransmits, probes):
        self.family, self.told = socket.AF_INET, bytes((1, 0, retransmits, probes, 0, 0, 0, 0))

    def get_extra_info(self, name):
        return self

    def getsockopt(self, level, option, size):
        return self.told[:size]


@pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="only Linux tells")
def test_a_peer_counts_as_answering_until_retransmissions_stay_unacknowledged():
    assert tcp.answers(Told(0, 0)) and tcp.answers(Told(1, 1))
    assert not tcp.answers(Told(2, 0)) and not tcp.answers(Told(0, 2))
