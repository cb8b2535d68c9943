import pytest
from django.test import RequestFactory

from stoppress.live.readers.host import HOST_BYTES, is_for_this_site
from tests.live.asking import Request
from tests.live.transports.test_websocket import Socket

ALLOWED = ["news.example", ".press.example", "[::1]", "127.0.0.1"]
FOREIGN = [
    "evil.example",
    "news.example.evil.example",
    "news.example@evil.example",
    "evil.example#news.example",
    "news.example, evil.example",
    "news.example:80:80",
    "xn--news.example-",
    "",
    " ",
    "news.example ",
    "news.example/",
    "[::1",
    "::1",
    "\u0000news.example",
    "näws.example",
    "a" * HOST_BYTES + ".press.example",
]
OURS = [
    "news.example",
    "NEWS.example:8000",
    "news.example.",
    "press.example",
    "a.b.press.example:1",
    "[::1]:8000",
    "127.0.0.1",
]


def scope(*hosts, **more):
    headers = [(b"host", host.encode("latin1")) for host in hosts]
    return {"type": "http", "headers": headers} | more


@pytest.fixture(autouse=True)
def allowed(settings):
    settings.ALLOWED_HOSTS = ALLOWED


@pytest.mark.parametrize("host", OURS)
def test_a_host_of_this_site_is_served_as_django_serves_it(host):
    assert is_for_this_site(scope(host))
    assert RequestFactory().get("/", headers={"host": host}).get_host() == host


@pytest.mark.parametrize("host", FOREIGN)
def test_any_other_host_is_foreign_and_named_in_the_log(host, caplog):
    with caplog.at_level("INFO", logger="stoppress.live"):
        assert not is_for_this_site(scope(host))
    [record] = caplog.records
    assert "\n" not in record.getMessage() and len(record.getMessage()) < 300


def test_two_host_headers_count_as_none():
    assert not is_for_this_site(scope("news.example", "news.example"))


def test_a_site_that_is_being_made_answers_to_this_machine(settings):
    settings.ALLOWED_HOSTS = []
    assert not is_for_this_site(scope("localhost"))
    settings.DEBUG = True
    assert is_for_this_site(scope("localhost:8000")) and is_for_this_site(scope("a.localhost"))
    assert not is_for_this_site(scope("evil.example"))


def test_any_host_is_served_if_the_site_allows_all(settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert is_for_this_site(scope("evil.example"))
    assert not is_for_this_site(scope("evil.example/"))


def test_the_proxys_host_header_counts_if_the_site_uses_it(settings):
    told = scope("inner")
    told["headers"].append((b"x-forwarded-host", b"news.example"))
    assert not is_for_this_site(told)
    settings.USE_X_FORWARDED_HOST = True
    assert is_for_this_site(told)
    told["headers"].append((b"x-forwarded-host", b"news.example"))
    assert not is_for_this_site(told)
    assert is_for_this_site(scope("news.example"))


def test_a_request_without_host_counts_for_the_address_it_reached():
    assert is_for_this_site(scope(server=("127.0.0.1", 80)))
    assert is_for_this_site(scope(server=("::1", 80)))
    assert not is_for_this_site(scope(server=("192.0.2.7", 80)))
    assert is_for_this_site(scope(server=("/run/site.sock", None)))


@pytest.mark.parametrize("path", ["/live/sse", "/live/poll"])
async def test_a_foreign_host_is_refused_with_400(site, path):
    for method in ("GET", "POST"):
        request = Request(site, path, "stream=board", host="evil.example")
        request.application.scope["method"] = method
        body = await request.body()
        assert request.status == 400 and b"ALLOWED_HOSTS" in body
        assert request.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("path", ["/live/ws", "/elsewhere"])
async def test_a_websocket_for_a_foreign_host_is_refused_at_the_handshake(site, path, direct):
    socket = Socket(site, "stream=board", path=path, headers=[(b"host", b"evil.example")])
    if direct:
        socket.application.scope["extensions"] = {"stoppress.direct": socket._take}
    assert not (await socket.open())[0]


async def test_a_websocket_for_a_foreign_host_gets_400_if_the_server_supports_it(site):
    foreign = [(b"host", b"evil.example"), (b"origin", b"http://evil.example")]
    socket = Socket(site, "stream=board", headers=foreign)
    socket.application.scope["extensions"] = {"websocket.http.response": {}}
    await socket.application.send_input({"type": "websocket.connect"})
    start = await socket.application.receive_output(10)
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 400)
