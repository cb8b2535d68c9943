"""The rules for requests to other servers: addresses, ports, times and sizes."""

from dataclasses import dataclass

from django.conf import settings
from yarl import URL

import stoppress

from .no_answer import NotAllowed


@dataclass(frozen=True)
class Rules:
    """The limits of a request. Times are seconds, sizes are bytes.

    Attributes:
        private: whether this machine, private networks and every port are allowed.
        agent: the header User-Agent.
        max_bytes: the largest body of an answer.
    """

    private: bool = False
    ports: frozenset[int] = frozenset({80, 443})
    agent: str = f"StopPress/{stoppress.__version__}"
    connect_seconds: float = 5
    total_seconds: float = 20
    max_bytes: int = 10_000_000
    max_headers: int = 100
    max_redirects: int = 5


def site_rules() -> Rules:
    """Return the limits of the site's settings: `STOPPRESS_FETCH_…`."""
    contact = getattr(settings, "STOPPRESS_FETCH_CONTACT", "")
    return Rules(
        private=getattr(settings, "STOPPRESS_FETCH_PRIVATE", False),
        ports=frozenset(getattr(settings, "STOPPRESS_FETCH_PORTS", (80, 443))),
        agent=f"StopPress/{stoppress.__version__}" + (f" (+{contact})" if contact else ""),
    )


def allowed(url: str, rules: Rules, before: URL | None = None) -> URL:
    """Return the absolute form of an address, if the rules allow it.

    The IP address is checked later, at the connection (`session`).

    Args:
        url: an address; with `before` it may be relative.
        before: the address that redirected to `url`.

    Raises:
        NotAllowed: the rules do not allow it.
    """
    try:
        address = before.join(URL(url)) if before and url else URL(url)
        host, port = address.host, address.port
    except ValueError as error:
        raise NotAllowed("This is not an address.") from error
    if address.scheme == "file":
        raise NotAllowed("Files can be read only from the command line.")
    if address.scheme not in ("http", "https"):
        raise NotAllowed("Only http and https addresses are fetched.")
    if not host:
        raise NotAllowed("The address names no host.")
    if address.user is not None or address.password is not None:
        raise NotAllowed("An address with a user or a password in it is not fetched.")
    if before and before.scheme == "https" and address.scheme == "http":
        raise NotAllowed("It redirects from https to http.")
    if not rules.private and port not in rules.ports:
        raise NotAllowed(
            "Port %(port)s is not allowed. STOPPRESS_FETCH_PORTS lists the allowed ports; "
            "STOPPRESS_FETCH_PRIVATE=1 allows this machine and its network on every port.",
            port=port,
        )
    return address.with_fragment(None)
