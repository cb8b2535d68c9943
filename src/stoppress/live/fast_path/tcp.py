"""The TCP connection under a reader's: when it is given up, whatever the other end does."""

import asyncio
import socket
from contextlib import suppress
from typing import Any

# Seconds that the other end gets to take what a closed connection still holds.
CLOSE_SECONDS = 2.0
# Seconds for which a line may acknowledge nothing where nothing else finds it dead.
SILENT_SECONDS = 10.0

# Of `struct tcp_info` (linux/tcp.h): segments sent again, and probes of a closed window, that were
# not answered yet.
_TCP_INFO_BYTES, _RETRANSMITS, _PROBES = 8, 2, 3

UNIX = getattr(socket, "AF_UNIX", None)


def descriptor(transport: asyncio.BaseTransport) -> int | None:
    """Return the file descriptor of a line that carries what is written as it is, else None."""
    line = transport.get_extra_info("socket")
    if line is None or transport.get_extra_info("sslcontext") is not None:
        return None
    found: int = line.fileno()
    return found if found >= 0 else None


def give_up_after(transport: asyncio.BaseTransport, seconds: float) -> None:
    """Have the kernel end a line that has taken nothing for some seconds, where it can."""
    line = transport.get_extra_info("socket")
    if line is not None:
        with suppress(OSError, ValueError):  # it is closed already
            set_patience(line, seconds)


def answers(transport: asyncio.BaseTransport) -> bool:
    """Say whether the other end acknowledges what it is sent, though it may take no more of it.

    Only Linux tells; elsewhere it is taken not to.
    """
    line = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_INFO", None)
    if line is None or option is None or line.family == UNIX:
        return False
    try:
        told = line.getsockopt(socket.IPPROTO_TCP, option, _TCP_INFO_BYTES)
    except (OSError, ValueError):  # it is closed already
        return False
    # One may be lost on any line; on a dead one there are more within a second.
    return bool(told[_RETRANSMITS] < 2 and told[_PROBES] < 2)


def set_patience(line: Any, seconds: float) -> None:
    """Say after how many seconds the kernel ends a line, or those that a listener accepts."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    # Linux counts an acknowledged window of 0 too: a peer that is there but reads nothing.
    if option is not None and line.family != UNIX:
        line.setsockopt(socket.IPPROTO_TCP, option, round(seconds * 1000))


def end_soon(transport: asyncio.Transport) -> asyncio.TimerHandle:
    """Close a connection, and for good: `close()` alone waits for a peer that takes nothing."""
    timer = abort_soon(transport)
    transport.close()
    return timer


def abort_soon(transport: asyncio.Transport) -> asyncio.TimerHandle:
    """End a connection within CLOSE_SECONDS, whether or not the peer takes what is still held."""
    # After the abort the kernel still has what it was given.
    give_up_after(transport, SILENT_SECONDS)
    return asyncio.get_running_loop().call_later(CLOSE_SECONDS, transport.abort)
