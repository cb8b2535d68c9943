"""The server's and the client's address of a connection, in ASGI's form."""

import asyncio

from uvicorn.protocols.utils import get_local_addr, get_remote_addr

Local = tuple[str, int | None] | None
Remote = tuple[str, int] | None


def addresses_of(transport: asyncio.Transport) -> tuple[Local, Remote]:
    """Return the server's and the client's address, as uvicorn does.

    The transport already knows IPv4 addresses. uvicorn asks the socket instead, for which uvloop
    creates two Python sockets: 12 us for each connection instead of 1 us.
    """
    server, client = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
    if _is_ipv4(server) and _is_ipv4(client):
        return server, client
    return get_local_addr(transport), get_remote_addr(transport)


def _is_ipv4(address: object) -> bool:
    # IPv6 addresses have a zone, which uvloop leaves out; a Unix socket's address is not a tuple.
    return isinstance(address, tuple) and len(address) == 2
