import pytest
from django.core.exceptions import ImproperlyConfigured

from stoppress.site import addresses


@pytest.fixture
def name(monkeypatch):
    monkeypatch.delenv("STOPPRESS_THING", raising=False)
    return "STOPPRESS_THING"


@pytest.mark.parametrize(
    ("good", "value"),
    [
        ("", None),
        ("127.0.0.1:9100", ("127.0.0.1", 9100)),
        ("metrics.internal:1", ("metrics.internal", 1)),
        ("[::1]:65535", ("::1", 65535)),
    ],
)
def test_an_address_is_a_host_and_a_port(name, monkeypatch, good, value):
    monkeypatch.setenv(name, good)
    assert addresses.address(name) == value


@pytest.mark.parametrize(
    "bad",
    ["9100", ":9100", "127.0.0.1", "127.0.0.1:", "a:0", "a:65536", "a:x", "::1:9100", "[a b]:1"]
    + ["http://a:9100", "a:9100/metrics", "a:1:2"],
)
def test_an_invalid_address_is_a_clear_error(name, monkeypatch, bad):
    monkeypatch.setenv(name, bad)
    with pytest.raises(ImproperlyConfigured, match=rf"{name} must be HOST:PORT, such as 127\.0"):
        addresses.address(name)


def test_a_list_of_ports_accepts_only_ports(name, monkeypatch):
    assert addresses.ports(name, "80,443") == [80, 443]
    monkeypatch.setenv(name, " 8080 ,, 81")
    assert addresses.ports(name, "80") == [8080, 81]
    for text in ["abc", "80,x", "-1", "1.5", "0", "65536"]:
        monkeypatch.setenv(name, text)
        with pytest.raises(ImproperlyConfigured, match=f"{name} must be ports.*{text}"):
            addresses.ports(name, "80")


@pytest.mark.parametrize(
    "good", ["paper.example", ".paper.example,192.0.2.1", "[::1], localhost", "*", "Paper.Example"]
)
def test_a_host_is_one_that_a_request_can_have(name, monkeypatch, good):
    monkeypatch.setenv(name, good)
    assert addresses.hosts(name, "localhost") == [word.strip() for word in good.split(",")]


@pytest.mark.parametrize(
    "bad",
    ["https://paper.example", "paper.example:443", "paper.example/", "::1", "*.paper.example"]
    + ["paper.example,a b", "zeitung-köln.example", "paper.example.", "", ","],
)
def test_a_host_that_no_request_can_have_is_refused(name, monkeypatch, bad):
    monkeypatch.setenv(name, bad)
    with pytest.raises(ImproperlyConfigured, match="no scheme, no port, no path; it is"):
        addresses.hosts(name, "localhost")


def test_a_proxy_is_an_address_and_not_a_name(name, monkeypatch):
    monkeypatch.setenv(name, "127.0.0.1, 10.0.0.0/8,unix")
    assert addresses.proxies(name) == ["127.0.0.1", "10.0.0.0/8", "unix"]
    for bad in ("localhost", "10.0.0.1/8", "127.0.0.1:80", "127.0.0.1 10.0.0.1"):
        monkeypatch.setenv(name, bad)
        with pytest.raises(ImproperlyConfigured, match=f"no names, no ports; it is '{bad}'"):
            addresses.proxies(name)


def test_frame_ancestors_are_a_list_of_origins(name, monkeypatch):
    assert addresses.ancestors(name) == []
    monkeypatch.setenv(name, "https://Club.example, https://*.town.example:8443")
    assert addresses.ancestors(name) == ["https://club.example", "https://*.town.example:8443"]
    for wrong in ("club.example", "https://club.example/", "https://a.example; script-src *"):
        monkeypatch.setenv(name, wrong)
        with pytest.raises(ImproperlyConfigured, match="origins such as .*; it is"):
            addresses.ancestors(name)


@pytest.mark.parametrize(
    ("read", "good", "value", "bad"),
    [
        (
            *(addresses.origin, "https://paper.example/", "https://paper.example"),
            ["paper.example", "https://paper.example/news", "https://paper.example:443", "*"],
        ),
        (
            *(addresses.web_address, "https://hub.example/a?b=1", "https://hub.example/a?b=1"),
            ["hub.example", "ftp://hub.example/", "https://ann:pw@hub.example/", "https://h/#a"],
        ),
    ],
)
def test_a_web_address_is_read_or_refused(name, monkeypatch, read, good, value, bad):
    assert read(name) == ""
    monkeypatch.setenv(name, good)
    assert read(name) == value
    for text in bad:
        monkeypatch.setenv(name, text)
        with pytest.raises(ImproperlyConfigured, match=name):
            read(name)
