import asyncio
import socket
import sys

import pytest
import uvloop
from uvicorn.protocols.utils import get_local_addr, get_remote_addr

from stoppress.site.serving.addresses import addresses_of


async def meet(listening):
    """Return both addresses of one connection, as we and as uvicorn have them."""
    loop = asyncio.get_running_loop()
    met = loop.create_future()

    class Note(asyncio.Protocol):
        def connection_made(self, transport):
            met.set_result(
                (addresses_of(transport), (get_local_addr(transport), get_remote_addr(transport)))
            )
            transport.abort()

    unix = listening.family == getattr(socket, "AF_UNIX", None)
    start = loop.create_unix_server if unix else loop.create_server
    server = await start(Note, sock=listening)
    client = socket.socket(listening.family)
    with client:
        client.setblocking(False)
        await loop.sock_connect(client, listening.getsockname())
        async with asyncio.timeout(10):
            found = await met
        server.close()
        await server.wait_closed()
    return found


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
@pytest.mark.parametrize("family, host", [("AF_INET", "127.0.0.1"), ("AF_INET6", "::1")])
def test_the_addresses_equal_those_of_uvicorn(run, family, host):
    with socket.socket(getattr(socket, family)) as listening:
        try:
            listening.bind((host, 0))
        except OSError:
            pytest.skip(f"there is no {host} here")
        ours, uvicorns = run(meet(listening))
    assert ours == uvicorns
    assert [address[0] for address in ours] == [host, host]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no socket files")
@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_the_addresses_of_a_socket_file_equal_those_of_uvicorn(run, tmp_path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        ours, uvicorns = run(meet(listening))
    assert ours == uvicorns
    assert ours[1] is None
