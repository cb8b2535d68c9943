"""`may_connect`: public addresses and no others, however they are written or wrapped."""

import pytest

from stoppress.outside.address import may_connect

PUBLIC = [
    *("8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"),
    *("::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"),
]
OWN = [
    *("127.0.0.1", "127.8.8.8", "::1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "fc00::1"),
    *("100.64.1.1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    *("2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1"),  # ISATAP
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo
]
NEVER = [
    *("0.0.0.0", "0.1.2.3", "169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fe80::1%eth0"),
    *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.0.170", "192.88.99.1"),
    *("192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("::", "ff02::1", "fec0::1", "100::1", "2001:db8::1", "64:ff9b:1::1", "5f00::1", "64:ff9b::"),
    *("", "localhost", "127.1", "0x7f000001", "2130706433", "8.8.8.8 "),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_fetched_from(address: str) -> None:
    assert may_connect(address)


@pytest.mark.parametrize("address", OWN + NEVER)
def test_no_other_address_may_be_fetched_from(address: str) -> None:
    assert not may_connect(address)


@pytest.mark.parametrize("address", OWN + PUBLIC)
def test_with_private_networks_allowed_our_own_machines_may(address: str) -> None:
    assert may_connect(address, private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_may_never_be_fetched_from(address: str) -> None:
    assert not may_connect(address, private=True)
