"""The sockets on which the server listens."""

import os
import socket

from django.conf import settings

from stoppress.live import conf
from stoppress.live.fast_path.tcp import SILENT_SECONDS, set_patience

# The same as uvicorn's; the kernel caps it at net.core.somaxconn.
BACKLOG = 2048


class CannotListen(Exception):
    """The server cannot listen at an address; the message says why."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on every address of a host; port 0 takes a free port, the same for all addresses.

    Raises:
        CannotListen: the host does not exist, or the port is taken or forbidden.
    """
    listening: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in dict.fromkeys((family, tuple(at)) for family, *_, at in found):
            port = port or (port_of(listening) if listening else 0)
            where = (address[0], port, *address[2:])
            opened = socket.create_server(where, family=family, backlog=BACKLOG)
            listening.append(opened)
            # Accepted connections inherit this timeout. It is longer than the hub's timeout,
            # after which a reader that reads nothing gets the close reason "too slow".
            set_patience(opened, conf.get("LAG_SECONDS") + SILENT_SECONDS)
    except OSError as error:
        for opened in listening:
            opened.close()
        raise CannotListen(f"cannot listen at {host}:{port}: {_reason(error)}") from error
    return listening


def port_of(listening: list[socket.socket]) -> int:
    """Return the port of the listening sockets."""
    port: int = listening[0].getsockname()[1]
    return port


def address_of(host: str, listening: list[socket.socket]) -> str:
    """Return the server's URL for a browser."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port_of(listening)}{settings.FORCE_SCRIPT_NAME or ''}/"


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno is None:
        return str(error.strerror or error)
    return os.strerror(error.errno).lower()
