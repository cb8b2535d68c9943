"""The TCP connection of a reader: when to give it up."""

import asyncio
import socket
from contextlib import suppress
from typing import Any

# Seconds for the peer to take what a closed connection still holds.
CLOSE_SECONDS = 2.0
# Seconds without an acknowledgement after which the kernel ends a connection that nothing else
# ended.
SILENT_SECONDS = 10.0

# Fields of `struct tcp_info` (linux/tcp.h): unanswered retransmissions, and unanswered probes of a
# closed window.
_TCP_INFO_BYTES, _RETRANSMITS, _PROBES = 8, 2, 3

UNIX = getattr(socket, "AF_UNIX", None)


def descriptor(transport: asyncio.BaseTransport) -> int | None:
    """Return the file descriptor of an unencrypted connection; None for others."""
    sock = transport.get_extra_info("socket")
    if sock is None or transport.get_extra_info("sslcontext") is not None:
        return None
    found: int = sock.fileno()
    return found if found >= 0 else None


def give_up_after(transport: asyncio.BaseTransport, seconds: float) -> None:
    """Have the kernel end a connection that took nothing for some seconds, where it can."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        with suppress(OSError, ValueError):  # it is closed already
            set_patience(sock, seconds)


def answers(transport: asyncio.BaseTransport) -> bool:
    """Return whether the peer acknowledges data, even if it takes no more of it.

    Only Linux reports that; elsewhere the answer is no.
    """
    sock = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_INFO", None)
    if sock is None or option is None or sock.family == UNIX:
        return False
    try:
        told = sock.getsockopt(socket.IPPROTO_TCP, option, _TCP_INFO_BYTES)
    except (OSError, ValueError):  # it is closed already
        return False
    # One lost packet is normal; a dead connection has more within a second.
    return bool(told[_RETRANSMITS] < 2 and told[_PROBES] < 2)


def set_patience(sock: Any, seconds: float) -> None:
    """Set after how many seconds the kernel ends a connection, or those of a listener."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    # Linux also counts a window of 0 that is acknowledged: the peer is there, but reads nothing.
    if option is not None and sock.family != UNIX:
        sock.setsockopt(socket.IPPROTO_TCP, option, round(seconds * 1000))


def end_soon(transport: asyncio.Transport) -> asyncio.TimerHandle:
    """Close a connection in bounded time: `close()` alone waits for a peer that takes nothing."""
    timer = abort_soon(transport)
    transport.close()
    return timer


def abort_soon(transport: asyncio.Transport) -> asyncio.TimerHandle:
    """End a connection within CLOSE_SECONDS, whether or not the peer takes the remaining data."""
    # After the abort the kernel still holds data for the peer.
    give_up_after(transport, SILENT_SECONDS)
    return asyncio.get_running_loop().call_later(CLOSE_SECONDS, transport.abort)
