"""Tell public addresses from internal ones, so that no request reaches our own network (SSRF).

Python's `is_global` alone is not enough: it accepts multicast, `fec0::/10`, and IPv4 addresses
embedded in IPv6 (sources: IANA special-purpose registries; RFC 6890; RFC 6052; RFC 5214).
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
COMPATIBLE = IPv6Network("::/96")
TEREDO = IPv6Network("2001::/32")
ISATAP = {0x00005EFE, 0x02005EFE}
NOT_PUBLIC = [
    IPv4Network(network)
    for network in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/3")
]
OWN_4 = [
    IPv4Network(network)
    for network in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
]
OWN_6 = [IPv6Network("::1/128"), IPv6Network("fc00::/7")]


def may_connect(address: str, private: bool = False) -> bool:
    """Return whether a document may be fetched from an address.

    Args:
        address: an IPv4 or IPv6 address in the form that a socket takes.
        private: also allow this machine and private networks. Link-local addresses, such as a
            cloud's metadata service, are never allowed.
    """
    try:
        reached = list(_reached(ip_address(address.partition("%")[0])))
    except ValueError:
        return False
    return all(_is_public(ip) or (private and _is_own(ip)) for ip in reached)


def _reached(ip: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """Yield every address that a packet to this address may reach."""
    if isinstance(ip, IPv4Address):
        yield ip
        return
    number = int(ip)
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    elif ip in NAT64 or (ip in COMPATIBLE and number > 1):
        yield IPv4Address(number & 0xFFFFFFFF)
    elif ip.sixtofour:
        yield ip.sixtofour
    elif ip in TEREDO:
        yield IPv4Address(number >> 64 & 0xFFFFFFFF)
        yield IPv4Address(~number & 0xFFFFFFFF)
    elif number >> 32 & 0xFFFFFFFF in ISATAP:
        yield ip
        yield IPv4Address(number & 0xFFFFFFFF)
    else:
        yield ip


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv4Address):
        return ip.is_global and not any(ip in network for network in NOT_PUBLIC)
    return ip in GLOBAL_UNICAST and ip.is_global


def _is_own(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv4Address):
        return any(ip in network for network in OWN_4)
    return any(ip in network for network in OWN_6)
