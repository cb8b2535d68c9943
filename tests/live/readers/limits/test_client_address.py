import logging

import pytest

from stoppress.live.readers.limits import client_address as module
from stoppress.live.readers.limits.client_address import client_address, parse_proxies

PROXIES = ["10.0.0.0/8", "127.0.0.1", "2001:db8:ffff::/48", "unix"]


@pytest.fixture(autouse=True)
def trusting(settings):
    settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": PROXIES}
    module._warn_of_unknown_proxy.cache_clear()


def scope(peer, *headers):
    client = (peer, 4711) if peer is not None else None
    return {"client": client, "headers": [(name.encode(), v.encode()) for name, v in headers]}


def through(peer, *values):
    return client_address(scope(peer, *[("x-forwarded-for", value) for value in values]))


def forwarded(peer, *values):
    return client_address(scope(peer, *[("forwarded", value) for value in values]))


def test_an_untrusted_peer_is_the_client_whatever_its_headers():
    assert through("192.0.2.7") == "192.0.2.7"
    assert through("192.0.2.7", "198.51.100.1") == "192.0.2.7"
    assert forwarded("192.0.2.7", "for=198.51.100.1") == "192.0.2.7"


def test_each_request_of_a_proxy_is_counted_by_its_header():
    assert through("10.0.0.1") == "10.0.0.1"
    assert through("10.0.0.1", "198.51.100.1") == "198.51.100.1"
    assert forwarded("10.0.0.1", "for=198.51.100.2") == "198.51.100.2"
    assert through("10.0.0.1") == "10.0.0.1"


def test_a_newly_trusted_peer_is_believed(settings):
    assert through("192.0.2.7", "198.51.100.1") == "192.0.2.7"
    settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": ["192.0.2.7"]}
    assert through("192.0.2.7", "198.51.100.1") == "198.51.100.1"


@pytest.mark.parametrize(
    "values, address",
    [
        (["198.51.100.1"], "198.51.100.1"),
        (["198.51.100.1:50123"], "198.51.100.1"),
        (["  198.51.100.1\t"], "198.51.100.1"),
        (["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
        (["198.51.100.1, 10.1.1.1"], "198.51.100.1"),
        (["203.0.113.9, 198.51.100.1, 10.1.1.1, 10.2.2.2"], "198.51.100.1"),
        (["203.0.113.9", "198.51.100.1", "10.1.1.1"], "198.51.100.1"),
        (["203.0.113.9, 198.51.100.1", "10.1.1.1"], "198.51.100.1"),
        (["10.3.3.3, 10.1.1.1"], "10.3.3.3"),
        (["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        (["[2001:db8:1:2:3:4:5:6]:50123"], "2001:db8:1:2::/64"),
        (["[2001:db8:1:2::9]"], "2001:db8:1:2::/64"),
        (["198.51.100.1, 2001:db8:ffff::1"], "198.51.100.1"),
        (["::ffff:198.51.100.1"], "198.51.100.1"),
        (["fe80::1%eth0"], "fe80::/64"),
    ],
)
def test_behind_our_proxies_the_rightmost_other_hop_is_the_client(values, address):
    assert through("10.0.0.1", *values) == address


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["unknown"],
        ["198.51.100.1, "],
        ["198.51.100.1, garbage"],
        ["198.51.100.1, 999.1.1.1"],
        ["198.51.100.1, 010.1.1.1"],
        ["198.51.100.1, " + "9" * 10_000],
        ["198.51.100.1, 1.2.3.4:80:90"],
        ["\u0661.2.3.4"],
    ],
)
def test_an_unreadable_hop_counts_as_the_proxy_that_wrote_it(values):
    assert through("10.0.0.1", *values) == "10.0.0.1"
    assert through("10.0.0.1", *values, "10.5.5.5") == "10.5.5.5"


@pytest.mark.parametrize(
    "values, address",
    [
        (["for=198.51.100.1"], "198.51.100.1"),
        (["For=198.51.100.1;proto=https;by=10.0.0.1"], "198.51.100.1"),
        (['proto=https; for="198.51.100.1:4711" ; host="news.example"'], "198.51.100.1"),
        (['for="[2001:db8:1:2::9]:4711"'], "2001:db8:1:2::/64"),
        (["for=203.0.113.9, for=198.51.100.1, for=10.1.1.1"], "198.51.100.1"),
        (["for=203.0.113.9", "for=198.51.100.1"], "198.51.100.1"),
        (["for=198.51.100.1:4711"], "198.51.100.1"),
        # A quote that the client leaves open does not swallow what our proxy writes after it.
        (['for="203.0.113.9, for=198.51.100.1'], "198.51.100.1"),
        (['for=203.0.113.9;host="', "for=198.51.100.1"], "198.51.100.1"),
    ],
)
def test_the_standard_header_is_read_too(values, address):
    assert forwarded("10.0.0.1", *values) == address


@pytest.mark.parametrize(
    "value",
    [
        "for=unknown",
        "for=_hidden",
        'for="198.51.100.1',
        "for",
        "by=198.51.100.1",
        "for=198.51.100.1;for=203.0.113.9",
        # A host that the client chose, with a hop in it.
        'for=198.51.100.1;host="a,for=203.0.113.9"',
        'for=198.51.100.1;host="a,for=203.0.113.9;b=c"',
        "for=" + "[" * 50_000,
    ],
)
def test_an_element_of_the_standard_header_that_is_no_address_counts_as_the_proxy(value):
    assert forwarded("10.0.0.1", value) == "10.0.0.1"


def test_the_usual_header_counts_if_both_are_present():
    both = scope("10.0.0.1", ("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "198.51.100.1"))
    assert client_address(both) == "198.51.100.1"


def test_an_ipv6_client_counts_by_its_network_and_a_mapped_one_as_ipv4():
    assert through("2001:db8:1:2:aaaa::1") == through("2001:db8:1:2:bbbb::9") == "2001:db8:1:2::/64"
    assert through("2001:db8:1:3::1") == "2001:db8:1:3::/64"
    assert through("::ffff:192.0.2.7") == "192.0.2.7"
    assert through("::ffff:10.0.0.1", "198.51.100.1") == "198.51.100.1"


@pytest.mark.parametrize("peer", [None, "", "unix:/run/stoppress.sock"])
def test_a_peer_at_a_socket_file_is_trusted_only_if_configured(settings, peer):
    assert through(peer, "198.51.100.1") == "198.51.100.1"
    assert through(peer) == "unix"
    settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": ["10.0.0.0/8"]}
    assert through(peer, "198.51.100.1") == "unix"


def test_a_scope_without_client_or_headers_has_an_address():
    assert client_address({}) == "unix"
    assert client_address({"client": ("testclient", 50000), "headers": []}) == "testclient"


def test_an_unconfigured_local_proxy_is_named_once(settings, caplog):
    settings.STOPPRESS_LIVE = {}
    with caplog.at_level(logging.WARNING, logger="stoppress.live"):
        for _ in range(3):
            assert through("127.0.0.1", "198.51.100.1") == "127.0.0.1"
            assert through("8.8.8.8", "198.51.100.1") == "8.8.8.8"
            assert through("127.0.0.1") == "127.0.0.1"
    assert [r.getMessage().split()[0] for r in caplog.records] == ["127.0.0.1"]
    assert "TRUSTED_PROXIES" in caplog.text


@pytest.mark.parametrize("word", ["*", "10.0.0.1/8", "proxy.example", "", "10.0.0.0/33", "Unix"])
def test_an_invalid_proxy_address_is_refused_with_a_message(word):
    with pytest.raises(ValueError, match="is not an address, not a network") as caught:
        parse_proxies(["127.0.0.1", word])
    assert repr(word) in str(caught.value)


def test_mapped_networks_are_those_of_ipv4(settings):
    settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": ["::ffff:172.16.0.0/108"]}
    assert through("172.17.0.1", "198.51.100.1") == "198.51.100.1"
    assert through("172.32.0.1", "198.51.100.1") == "172.32.0.1"
