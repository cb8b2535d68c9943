from typing import Any

import pytest

from stoppress.live.shared_pages import request
from stoppress.live.shared_pages.query import QueryRead
from stoppress.live.shared_pages.request import (
    ADDRESS_BYTES,
    FORWARDED_LINES,
    NOBODY,
    choose_language,
    read_request,
    scope_for_all,
    takes_gzip,
)


def scope(path: str = "/", query: bytes = b"", method: str = "GET", **headers: str) -> Any:
    named = {"host": "here"} | headers
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "scheme": "http",
        "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in named.items() if v],
        "client": ("192.0.2.1", 1),
        "extensions": {"stoppress.endless": print},
    }


def key(languages: bool = False, **more: Any) -> Any:
    asked = read_request(scope(**more), languages)
    return asked and asked.key


@pytest.mark.parametrize(
    ("accept", "takes"),
    [
        (b"", False),
        (b"gzip", True),
        (b"br, GZIP ;q=0.5", True),
        (b"gzip;q=1.000", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"gzip;level=9", False),
        (b"x-gzip, *", False),
        (b"gzipped", False),
        (b"gzip," * 200, False),
    ],
)
def test_gzip_is_accepted_as_the_header_allows(accept: bytes, takes: bool) -> None:
    assert takes_gzip(accept) is takes


def test_equivalent_requests_have_one_key() -> None:
    first = key(accept_encoding="gzip, br", user_agent="a", accept="text/html", cookie="_ga=1")
    assert first == key(accept_encoding="deflate, gzip", user_agent="b", cache_control="no-cache")
    assert first == key(
        method="HEAD", accept_encoding="gzip", if_none_match='"x"', range="bytes=0-"
    )
    assert first == key(accept_encoding="gzip", x_forwarded_for="198.51.100.7, 192.0.2.3")
    assert first == key(accept_encoding="gzip", host="HERE")


@pytest.mark.parametrize(
    "other",
    [
        {"host": "there"},
        {"path": "/other"},
        {"query": b"a=1"},
        {"accept_encoding": "gzip"},
    ],
)
def test_every_input_of_an_answer_is_part_of_the_key(other: dict[str, Any]) -> None:
    assert key() != key(**other)


@pytest.mark.parametrize("name", ["host", "port", "proto"])
def test_proxy_headers_are_part_of_the_key_if_they_are_used(settings: Any, name: str) -> None:
    said = {f"x_forwarded_{name}": "https"}
    assert key() == key(**said)
    settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": ["192.0.2.1"]}
    assert key() != key(**said)
    settings.STOPPRESS_LIVE = {}
    settings.USE_X_FORWARDED_HOST = settings.USE_X_FORWARDED_PORT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert key() != key(**said)


def test_declared_query_parameters_are_part_of_the_key() -> None:
    nothing, page = QueryRead(frozenset()), QueryRead(frozenset({"page"}))
    long = scope(query=b"q=" + b"x" * ADDRESS_BYTES)
    plain = read_request(long, False, nothing)
    assert plain and plain.key == key() and plain.enduring
    assert scope_for_all(long, plain)["query_string"] == b""
    one, two = (read_request(scope(query=q), False, page) for q in (b"q=1&page=2", b"page=%32"))
    assert one and two and one.key == two.key and not one.enduring
    assert scope_for_all(scope(query=b"q=1&page=2"), one)["query_string"] == b"page=2"
    assert read_request(long, False, page) is None


def test_the_scheme_is_part_of_the_key() -> None:
    secure = read_request(scope() | {"scheme": "https"}, False)
    assert secure is not None and secure.key != key()


def test_the_trust_in_a_proxy_is_part_of_the_key(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    unknown = read_request(scope(x_forwarded_proto="https"), False)
    settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": ["192.0.2.0/24"]}
    known = read_request(scope(x_forwarded_proto="https"), False)
    assert unknown and known and unknown.key != known.key
    assert (unknown.enduring, known.enduring) == (False, True)


def test_djangos_https_header_is_part_of_the_key(settings: Any) -> None:
    assert key(x_scheme="https") == key()
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_SCHEME", "https")
    assert key(x_scheme="https") != key()


@pytest.mark.parametrize(
    "own",
    [
        {"method": "POST"},
        {"method": "OPTIONS"},
        {"authorization": "Bearer x"},
        {"cookie": "a=b; sessionid=x"},
        {"content_length": "3"},
        {"transfer_encoding": "chunked"},
        {"expect": "100-continue"},
        {"if_match": '"x"'},
        {"host": ""},
        {"host": "h" * 600},
        {"path": "/" + "a" * ADDRESS_BYTES},
        {"query": b"a" * ADDRESS_BYTES},
    ],
)
def test_unusual_requests_are_not_shared(own: dict[str, Any]) -> None:
    assert read_request(scope(**own), False) is None


def test_two_host_headers_count_as_none() -> None:
    doubled = scope()
    doubled["headers"].append((b"host", b"there"))
    assert read_request(doubled, False) is None


def test_only_an_address_without_a_query_endures() -> None:
    plain, asked = read_request(scope(), False), read_request(scope(query=b"a"), False)
    assert plain and asked and plain.enduring and not asked.enduring


def test_django_gets_no_header_of_a_single_reader() -> None:
    own = scope(
        method="HEAD",
        cookie="_ga=1",
        if_none_match='"x"',
        if_modified_since="x",
        range="bytes=0-",
        accept_encoding="br, gzip",
        accept_language="de-AT",
        user_agent="a",
    )
    asked = read_request(own, True)
    assert asked is not None
    told = scope_for_all(own, asked)
    assert sorted(told["headers"]) == [
        (b"accept-encoding", b"gzip"),
        (b"accept-language", asked.language.encode()),
        (b"host", b"here"),
    ]
    assert (told["method"], told["extensions"], told["client"]) == ("GET", {}, NOBODY)
    assert own["method"] == "HEAD" and len(own["headers"]) == 8


def test_django_gets_the_proxy_headers_of_the_key(settings: Any) -> None:
    told = {"x_forwarded_host": "there", "x_forwarded_port": "8443", "x_forwarded_proto": "https"}
    own = scope(**told, x_forwarded_for="198.51.100.7", x_forwarded_user="me", forwarded="for=x")
    for proxies, heard in (([], set()), (["192.0.2.1"], set(told))):
        settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": proxies}
        asked = read_request(own, False)
        assert asked is not None
        names = {n.decode().replace("-", "_") for n, _ in scope_for_all(own, asked)["headers"]}
        assert names == {"host"} | heard


@pytest.mark.parametrize("told", ["https", "http, HTTPS "])
def test_the_scheme_comes_from_a_trusted_proxy(settings: Any, told: str) -> None:
    own = scope(x_forwarded_proto=told)
    for proxies, scheme in (([], "http"), (["192.0.2.1"], "https")):
        settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": proxies}
        asked = read_request(own, False)
        assert asked is not None and scope_for_all(own, asked)["scheme"] == scheme


def test_requests_with_many_headers_or_long_names_are_not_shared(settings: Any) -> None:
    many, long = scope(), scope(x_forwarded_host="h" * 600)
    many["headers"] += [(b"x-forwarded-host", b"")] * (FORWARDED_LINES + 1)
    assert all(read_request(own, False) is not None for own in (many, long))
    settings.USE_X_FORWARDED_HOST = True
    assert all(read_request(own, False) is None for own in (many, long))
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_" + "S" * 600, "https")
    assert read_request(scope(**{"x-" + "s" * 600: "https"}), False) is None


def test_too_long_an_address_is_not_cached() -> None:
    takes_gzip(b"gzip"), choose_language(b"de")
    before = request._has.cache_info(), request.chosen_language.cache_info().currsize
    takes_gzip(b"gzip," * 200)
    choose_language(b"de," * 400)
    after = request._has.cache_info(), request.chosen_language.cache_info().currsize
    assert before[0] == after[0] and after[1] <= before[1] + 1


def test_the_language_is_the_one_that_django_chooses(settings: Any) -> None:
    settings.LANGUAGES = [("en-gb", "English"), ("de", "German")]
    request.chosen_language.cache_clear()
    try:
        assert choose_language(b"de-AT, en;q=0.5") == "de"
        assert choose_language(b"xx") == choose_language(b"") == "en-gb"
        assert choose_language(b"de," * 400) == "en-gb"
    finally:
        request.chosen_language.cache_clear()
