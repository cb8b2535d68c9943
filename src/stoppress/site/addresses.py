"""Read addresses from the environment: of hosts, sites and ports."""

import re

from stoppress.live.protocol.origins import WANTED, are_origins
from stoppress.live.readers.limits.client_address import parse_proxies

from .env import text, words, wrong
from .web.frame_ancestors import ANCESTORS_WANTED, are_ancestors

# A host that a request can have (`split_domain_port` of Django), in upper or lower case.
_HOST = re.compile(
    r"\*|\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[a-f0-9]*:[a-f0-9.:]+\]", re.ASCII | re.IGNORECASE
)


def address(name: str) -> tuple[str, int] | None:
    """Return the host and port to listen at; None if the variable is not set.

    An IPv6 address is in brackets: `[::1]:9100`.
    """
    value = text(name).strip()
    if not value:
        return None
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5})", value)
    port = int(match[3]) if match else 0
    if match is None or not 1 <= port <= 65535:
        raise wrong(name, "HOST:PORT, such as 127.0.0.1:9100 or [::1]:9100", value)
    return match[1] or match[2], port


def prefix(name: str) -> str:
    """Return the path below which the site is served, such as `/paper`; empty for a host's root."""
    value = text(name).strip().rstrip("/")
    if value and not re.fullmatch(r"(/[\w.~-]+)+", value, re.ASCII):
        raise wrong(name, "a path such as /paper", value)
    return value


def hosts(name: str, default: str) -> list[str]:
    """Return a list of hosts separated by commas, as Django compares them with a request's."""
    listed = words(name, default)
    if not listed or not all(_HOST.fullmatch(host) for host in listed):
        wanted = (
            "hosts such as paper.example, .paper.example (with all below it), 192.0.2.1, [::1] or "
            "*, separated by commas: no scheme, no port, no path"
        )
        raise wrong(name, wanted, text(name, default))
    return listed


def proxies(name: str) -> list[str]:
    """Return a list of addresses and networks separated by commas, and `unix`."""
    listed = words(name)
    try:
        parse_proxies(listed)
    except ValueError:
        wanted = (
            "addresses, networks such as 10.0.0.0/8 (its first address) or unix, separated by "
            "commas: no names, no ports"
        )
        raise wrong(name, wanted, text(name)) from None
    return listed


def origins(name: str) -> list[str]:
    """Return a list of origins separated by commas."""
    listed = words(name)
    if not are_origins(listed):
        raise wrong(name, f"{WANTED}; separated by commas", text(name))
    return listed


def ancestors(name: str) -> list[str]:
    """Return a list of the sites that may frame pages, separated by commas."""
    listed = [word.lower() for word in words(name)]
    if not are_ancestors(listed):
        raise wrong(name, f"{ANCESTORS_WANTED}; separated by commas", text(name))
    return listed


def origin(name: str) -> str:
    """Return scheme and host of a site, `https://paper.example`; empty if it is not set."""
    value = text(name).strip().rstrip("/")
    if value and not (value.startswith(("http://", "https://")) and are_origins([value])):
        wanted = "scheme and host in lower case, https://paper.example: no path, no default port"
        raise wrong(name, wanted, value)
    return value


def web_address(name: str) -> str:
    """Return an http or https address; empty if it is not set."""
    value = text(name).strip()
    if value and not re.fullmatch(r"https?://[^\s/@#?]+(?:[/?][^\s#]*)?", value):
        raise wrong(name, "an address such as https://hub.example/: no user, no fragment", value)
    return value


def ports(name: str, default: str = "") -> list[int]:
    """Return a list of TCP ports separated by commas."""
    listed = words(name, default)
    try:
        numbers = [int(word) for word in listed]
    except ValueError:
        numbers = [-1]
    if not all(1 <= number <= 65535 for number in numbers):
        wanted = "ports, whole numbers from 1 to 65535, separated by commas"
        raise wrong(name, wanted, text(name, default))
    return numbers
