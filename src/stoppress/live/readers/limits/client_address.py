"""The address of a client: the peer's, or the one that trusted proxies report."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

from stoppress.live import conf

logger = logging.getLogger("stoppress.live")

Address = IPv4Address | IPv6Address

UNIX = "unix"
# The IPv6 prefix of one subscriber, who has all 2**64 addresses in it (RFC 6177, section 2).
IPV6_SHARE = 64
MAPPED = IPv6Network("::ffff:0:0/96")
LONGEST_HOP = 64
# The headers in which proxies report a hop.
FORWARDING = frozenset({b"x-forwarded-for", b"forwarded"})

# RFC 7239, section 4. An address with a port is also accepted without the required quotes.
_PAIR = re.compile(r'([\w!#$%&\'*+.^`|~-]+)=(?:"([^"\\]*)"|([^\s",;=]+))', re.ASCII)
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\w*)?|([\d.]+):\w*", re.ASCII)


@dataclass(frozen=True)
class Proxies:
    """The trusted proxies, whose forwarding headers count."""

    networks: tuple[IPv4Network | IPv6Network, ...]
    unix: bool

    def trusts(self, peer: Address | None) -> bool:
        """Return whether a peer is a trusted proxy; None is the peer of a Unix socket."""
        if peer is None:
            return self.unix
        return any(peer in network for network in self.networks)


def parse_proxies(words: Sequence[str]) -> Proxies:
    """Return the proxies that a site's setting lists.

    Raises:
        ValueError: a word is not an address, not a network and not "unix"; the message names it.
    """
    return _parse_proxies(tuple(words))


def is_of_trusted_proxy(scope: Any) -> bool:
    """Return whether a request comes from a trusted proxy."""
    peer = _peer(scope)
    address = _address(peer)
    known = peer == UNIX or address is not None
    return known and parse_proxies(conf.words("TRUSTED_PROXIES")).trusts(address)


def client_address(scope: Any) -> str:
    """Return the address by which limits count a request.

    Behind trusted proxies it is the rightmost untrusted hop of X-Forwarded-For, or else of
    Forwarded (RFC 7239): the client itself may have written everything to the left of it. An IPv6
    client counts by its /64, an IPv4-mapped one as IPv4. "unix" is the peer of a Unix socket.
    """
    peer = _peer(scope)
    if FORWARDING.isdisjoint([name for name, _ in scope.get("headers", ())]):
        return _counted_as(peer)
    address = _address(peer)
    if address is None and peer != UNIX:
        return peer[:LONGEST_HOP]
    proxies = parse_proxies(conf.words("TRUSTED_PROXIES"))
    if proxies.trusts(address):
        for hop in _hops(scope):
            further = _address(hop)
            if further is None:
                break  # the proxy reports none: its readers share its address
            address = further
            if not proxies.trusts(address):
                break
    elif next(_hops(scope), None) is not None and (address is None or address.is_private):
        _warn_of_unknown_proxy(UNIX if address is None else str(address))
    return UNIX if address is None else _share(address)


def _peer(scope: Any) -> str:
    """Return the peer as the server names it; UNIX for that of a Unix socket."""
    peer = str((scope.get("client") or [""])[0] or "")
    return UNIX if not peer or peer.startswith("unix:") else peer


@lru_cache(maxsize=4096)
def _counted_as(peer: str) -> str:
    """Return the address for a peer without forwarding headers."""
    address = _address(peer)
    return peer[:LONGEST_HOP] if address is None else _share(address)


def _hops(scope: Any) -> Iterator[str]:
    """Yield the hops in the headers, the nearest first."""
    plain, rich = _lines(scope, b"x-forwarded-for"), _lines(scope, b"forwarded")
    # If a request has both headers, the proxy wrote the usual one and passed the other on unread.
    # Quotes do not protect a comma: an unclosed quote of the client's would swallow the proxy's
    # hop.
    if plain:
        for hop in reversed(",".join(plain).split(",")):
            yield hop.strip()
    elif rich:
        for element in reversed(",".join(rich).split(",")):
            yield _forwarded_for(element)


def _lines(scope: Any, wanted: bytes) -> list[str]:
    return [value.decode("latin1") for name, value in scope.get("headers", ()) if name == wanted]


def _forwarded_for(element: str) -> str:
    """Return the `for` of one element of Forwarded; empty where it is malformed."""
    found = ""
    for pair in element.split(";"):
        match = _PAIR.fullmatch(pair.strip())
        if match is None:
            return ""
        if match[1].lower() == "for":
            if found:
                return ""
            found = match[2] if match[2] is not None else match[3]
    return found


@lru_cache(maxsize=4096)
def _address(hop: str) -> Address | None:
    """Return the address of a hop, with or without a port; None where it is invalid."""
    if len(hop) > LONGEST_HOP:
        return None
    if match := _WITH_PORT.fullmatch(hop):
        hop = match[1] or match[2]
    try:
        address = ip_address(hop)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))  # without its zone
    return address


def _share(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), IPV6_SHARE), strict=False))


@lru_cache(maxsize=16)
def _parse_proxies(words: tuple[str, ...]) -> Proxies:
    networks: list[IPv4Network | IPv6Network] = []
    for word in words:
        if word == UNIX:
            continue
        try:
            network = ip_network(word)
        except ValueError as error:
            raise ValueError(
                f"{word!r} is not an address, not a network such as 10.0.0.0/8 "
                f"and not 'unix' ({error})"
            ) from error
        if isinstance(network, IPv6Network) and network.subnet_of(MAPPED):
            first = network.network_address.ipv4_mapped
            network = IPv4Network((int(first or 0), network.prefixlen - MAPPED.prefixlen))
        networks.append(network)
    return Proxies(tuple(networks), UNIX in words)


@lru_cache(maxsize=64)
def _warn_of_unknown_proxy(peer: str) -> None:
    # Once for each peer. Without this warning all of a site's readers would silently share the
    # limits of one.
    logger.warning(
        "%s forwards requests but is not trusted: all its readers count as one address. "
        "If it is your proxy, add %r to TRUSTED_PROXIES.",
        peer,
        peer,
    )
