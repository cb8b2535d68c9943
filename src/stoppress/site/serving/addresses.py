"""Both ends of a connection, as ASGI names them."""

import asyncio

from uvicorn.protocols.utils import get_local_addr, get_remote_addr

Local = tuple[str, int | None] | None
Remote = tuple[str, int] | None


def addresses_of(transport: asyncio.Transport) -> tuple[Local, Remote]:
    """Return the server's and the client's address, as uvicorn does.

    A transport has noted those of IPv4. uvicorn asks its socket, for which uvloop makes two of
    Python's: 12 us of each connection instead of one.
    """
    ours, theirs = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
    if _is_ipv4(ours) and _is_ipv4(theirs):
        return ours, theirs
    return get_local_addr(transport), get_remote_addr(transport)


def _is_ipv4(address: object) -> bool:
    # With IPv6 there is a zone, which uvloop leaves out; a socket file has no tuple.
    return isinstance(address, tuple) and len(address) == 2
