"""The sockets that a server listens on."""

import os
import socket

from stoppress.live import conf
from stoppress.live.fast_path.tcp import SILENT_SECONDS, set_patience

# What uvicorn asks for as well; the kernel caps it at net.core.somaxconn.
BACKLOG = 2048


class CannotListen(Exception):
    """An address that cannot be listened on; says why."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on every address of a host; port 0 takes a free one, the same for all.

    Raises:
        CannotListen: there is no such host, or the port is taken or forbidden.
    """
    listening: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in dict.fromkeys((family, tuple(at)) for family, *_, at in found):
            port = port or (port_of(listening) if listening else 0)
            where = (address[0], port, *address[2:])
            opened = socket.create_server(where, family=family, backlog=BACKLOG)
            listening.append(opened)
            # Whoever is accepted has it from here. Later than the hub, which says to a reader who
            # takes nothing that it is too slow.
            set_patience(opened, conf.get("LAG_SECONDS") + SILENT_SECONDS)
    except OSError as error:
        for opened in listening:
            opened.close()
        raise CannotListen(f"cannot listen at {host}:{port}: {_reason(error)}") from error
    return listening


def port_of(listening: list[socket.socket]) -> int:
    """Return the port that is listened on."""
    port: int = listening[0].getsockname()[1]
    return port


def address_of(host: str, listening: list[socket.socket]) -> str:
    """Return the address of a server for a reader's browser."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port_of(listening)}/"


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno is None:
        return str(error.strerror or error)
    return os.strerror(error.errno).lower()
