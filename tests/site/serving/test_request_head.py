import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.site.serving.request_head import BadRequest, is_handshake, read_target

HERE = (b"host", b"here")
WEBSOCKET = [(b"upgrade", b"websocket"), (b"connection", b"keep-alive, Upgrade")]


@pytest.mark.parametrize(
    ("target", "path", "host"),
    [
        (b"/a?b=/c", b"/a?b=/c", b"here"),
        (b"//there/a", b"//there/a", b"here"),
        (b"http://there/a?b", b"/a?b", b"there"),
        (b"https://there:8443", b"/", b"there:8443"),
        (b"HTTP://[::1]:80?b", b"/?b", b"[::1]:80"),
    ],
)
def test_a_target_is_a_path_and_its_host_replaces_the_header(target, path, host):
    headers = [(b"accept", b"*/*"), HERE]
    assert read_target("GET", "1.1", target, headers) == path
    assert [value for name, value in headers if name == b"host"] == [host]


@pytest.mark.parametrize(
    "target",
    [b"", b"*", b"a", b"a:80", b"http:/a", b"http://", b"http:///a", b"http://u:p@a/", b"ws://a/"],
)
def test_a_target_that_is_not_of_this_server_is_refused(target):
    with pytest.raises(BadRequest) as refused:
        read_target("GET", "1.1", target, [HERE])
    assert refused.value.status == 400


@given(st.sampled_from(["1.0", "1.1"]), st.integers(0, 3))
def test_a_request_has_one_host(version, hosts):
    headers = [HERE] * hosts
    if hosts == 1 or (hosts == 0 and version == "1.0"):
        assert read_target("GET", version, b"/", headers) == b"/"
        return
    with pytest.raises(BadRequest):
        read_target("GET", version, b"/", headers)


@pytest.mark.parametrize("version", ["0.9", "1.2", "2.0"])
def test_other_versions_are_refused(version):
    with pytest.raises(BadRequest):
        read_target("GET", version, b"/", [HERE])


@pytest.mark.parametrize(
    "codings", [[b"gzip"], [b"gzip, chunked"], [b"chunked", b"chunked"], [b""]]
)
def test_other_codings_than_chunked_are_refused(codings):
    with pytest.raises(BadRequest):
        headers = [HERE, *((b"transfer-encoding", coding) for coding in codings)]
        read_target("POST", "1.1", b"/", headers)


def test_a_handshake_is_distinguished_from_other_upgrades():
    assert is_handshake("GET", "1.1", [HERE, *WEBSOCKET])
    assert is_handshake("GET", "1.1", [HERE, *WEBSOCKET, (b"content-length", b"0")])
    assert not is_handshake("GET", "1.0", [HERE, *WEBSOCKET])
    assert not is_handshake("GET", "1.1", [HERE, WEBSOCKET[0]])
    assert not is_handshake("POST", "1.1", [HERE, (b"upgrade", b"h2c"), WEBSOCKET[1]])
    assert not is_handshake("GET", "1.1", [HERE, (b"upgrade", b"h2c"), *WEBSOCKET])


@pytest.mark.parametrize(
    ("method", "header"),
    [
        ("POST", HERE),
        ("HEAD", HERE),
        ("GET", (b"content-length", b"1")),
        ("GET", (b"transfer-encoding", b"chunked")),
    ],
)
def test_a_handshake_is_a_get_without_a_body(method, header):
    with pytest.raises(BadRequest) as refused:
        is_handshake(method, "1.1", [HERE, *WEBSOCKET, header])
    assert refused.value.status == 400
