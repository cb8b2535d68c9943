"""A port for a server that is started next."""

import socket
from pathlib import Path
from random import SystemRandom

HOST = "127.0.0.1"
# The ports that Linux gives to outgoing connections and to listeners on port 0.
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST, LAST, TRIES = 10_000, 32_767, 100
# Independent of a test's seed: two processes with one seed would draw the same ports.
chance = SystemRandom()


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that is free, and that no outgoing connection takes.

    Another process that asks at the same moment hardly gets the same one: it is taken at random.

    Raises:
        OSError: no port was found free.
    """
    last = min(LAST, _first_ephemeral() - 1)
    for _ in range(TRIES if last > FIRST else 0):
        port = chance.randint(FIRST, last)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _first_ephemeral() -> int:
    try:
        return int(EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return LAST + 1
