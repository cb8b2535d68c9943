"""A client of another origin: which may read, what it may send, and who reads."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import OperationalError

from tests.live.asking import Request, until
from tests.live.editor import cookie_of, editor
from tests.live.transports.test_websocket import Socket

APP, ELSEWHERE = "https://app.example", "https://evil.example"
ALLOW = "access-control-allow-origin"


def reader(token, scope):
    """Return the user of a token, as a site's own function does."""
    assert scope["path"].startswith("/live/")
    return User.objects.filter(username=token.removeprefix("of-"), is_staff=True).first()


asked = []


def away(token, scope):
    asked.append(token)
    raise OperationalError(f"no connection to ask for {token}")


def broken(token, scope):
    raise RuntimeError(f"no key for {token}")


@pytest.fixture(autouse=True)
def allowed(settings):
    settings.STOPPRESS_LIVE = {"ALLOWED_ORIGINS": [APP], "READER": f"{__name__}.reader"}


@pytest.fixture
def staff(transactional_db):
    return User.objects.create_user("ann", is_staff=True)


@pytest.mark.parametrize("path", ["/live/poll", "/live/sse"])
async def test_a_page_of_an_allowed_origin_may_read_the_answer(site, path):
    request = Request(site, path, "stream=board", origin=APP)
    assert await request.start() == 200
    assert request.headers[ALLOW] == APP and request.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in request.headers
    await request.leave()


@pytest.mark.parametrize("path", ["/live/poll", "/live/sse", "/live/range"])
async def test_a_page_of_any_other_origin_may_not_read_the_answer(site, path):
    request = Request(site, path, "stream=board", origin=ELSEWHERE)
    assert await request.start() == 403
    assert ALLOW not in request.headers


@pytest.mark.parametrize("path", ["/live/poll", "/live/sse", "/live/range"])
async def test_a_refusal_can_be_read_too_and_its_wait(site, path):
    request = Request(site, path, "stream=none", origin=APP)
    assert await request.start() == 404
    assert request.headers[ALLOW] == APP
    assert request.headers["access-control-expose-headers"] == "retry-after"


async def test_no_cache_gives_a_page_the_answer_of_another_origin(site, settings):
    own = Request(site, "/live/poll", "stream=board")
    await own.body()
    assert own.headers["vary"] == "Origin" and ALLOW not in own.headers
    settings.STOPPRESS_LIVE = {}
    alone = Request(site, "/live/poll", "stream=board")
    await alone.body()
    assert "vary" not in alone.headers


async def test_where_every_origin_is_allowed_all_share_one_answer(site, settings):
    settings.STOPPRESS_LIVE = {"ALLOWED_ORIGINS": ["*"]}
    answers = []
    for headers in ({}, {"origin": APP}, {"origin": "null"}):
        request = Request(site, "/live/poll", "stream=board", **headers)
        answers.append(await request.body())
        assert request.status == 200 and request.headers[ALLOW] == "*"
        assert "vary" not in request.headers
    assert len(set(answers)) == 1


async def test_the_cors_headers_allow_a_token(site):
    asks = {"origin": APP, "access_control_request_method": "GET"}
    request = Request(site, "/live/poll", "stream=secret", method="OPTIONS", **asks)
    assert (await request.body(), request.status) == (b"", 200)
    assert request.headers[ALLOW] == APP
    assert "authorization" in request.headers["access-control-allow-headers"]
    foreign = asks | {"origin": ELSEWHERE}
    request = Request(site, "/live/poll", "stream=secret", method="OPTIONS", **foreign)
    assert await request.start() == 405


@pytest.mark.parametrize(("origin", "opens"), [(APP, True), (ELSEWHERE, False)])
async def test_a_websocket_is_opened_for_allowed_origins_alone(site, origin, opens):
    socket = Socket(site, "stream=board", headers=[(b"origin", origin.encode())])
    assert (await socket.open())[0] == opens
    if opens:
        await socket.leave()


@pytest.mark.parametrize("origin", ["http://app.example", "https://app.example:8443"])
async def test_scheme_and_port_are_of_the_origin(site, origin):
    request = Request(site, "/live/poll", "stream=board", origin=origin)
    assert await request.start() == 403


async def test_a_token_identifies_the_reader_on_each_transport(site, staff):
    for path in ("/live/poll", "/live/sse"):
        request = Request(site, path, "stream=secret", origin=APP, authorization="Bearer of-ann")
        assert await request.start() == 200
        await request.leave()
    token = [(b"authorization", b"bearer of-ann")]
    encoded = ["stoppress.v1", "stoppress.token.of%2Dann"]
    plain = ["stoppress.v1", "stoppress.token.of-ann"]
    for headers, offered in (([], plain), ([], encoded), (token, [])):
        socket = Socket(site, "stream=secret", headers=headers, subprotocols=offered)
        accepted, chosen = await socket.open()
        assert accepted and chosen == (offered[0] if offered else None)
        assert [(await socket.frame())["type"] for _ in range(3)] == ["hello", "snapshot", "live"]
        await socket.leave()


@pytest.mark.parametrize("token", ["of-nobody", "", "x" * 9000, "a\tb", "\x00"])
async def test_an_unknown_token_is_refused_even_with_a_valid_cookie(site, staff, token):
    cookie = cookie_of(await editor("one"))
    for headers in ({}, {"cookie": cookie}):
        more = headers | {"authorization": f"Bearer {token}"}
        request = Request(site, "/live/poll", "stream=secret", **more)
        assert await request.start() == 401
        assert request.headers["www-authenticate"] == "Bearer"


async def test_an_undecodable_token_is_refused(site, staff):
    offered = ["stoppress.v1", "stoppress.token.of-ann%0d%0a"]
    socket = Socket(site, "stream=secret", subprotocols=offered)
    await socket.open()
    assert (await socket.closed())[0] == 4401


@pytest.mark.parametrize("origin", ["https://app.testserver", "https://testserver:8443"])
async def test_a_listed_origin_on_a_host_of_the_site_is_another_site_to_cookies(
    site, settings, origin
):
    settings.ALLOWED_HOSTS = [".testserver"]
    settings.STOPPRESS_LIVE |= {"ALLOWED_ORIGINS": [origin]}
    cookie = cookie_of(await editor("one"))
    asked = {"cookie": cookie, "origin": origin}
    other = Request(site, "/live/poll", "stream=secret", host="testserver", **asked)
    assert await other.start() == 401
    own = origin.removeprefix("https://")
    itself = Request(site, "/live/poll", "stream=secret", host=own, **asked)
    assert await itself.start() == 200


@pytest.mark.parametrize("origin", ["capacitor://testserver", "chrome-extension://testserver"])
async def test_a_page_with_another_scheme_is_another_site_unless_listed(site, settings, origin):
    settings.ALLOWED_HOSTS = ["testserver"]
    request = Request(site, "/live/poll", "stream=board", origin=origin, host="testserver")
    assert await request.start() == 403
    settings.STOPPRESS_LIVE |= {"ALLOWED_ORIGINS": [origin]}
    listed = Request(site, "/live/poll", "stream=board", origin=origin, host="testserver")
    assert await listed.start() == 200


async def test_a_cookie_of_another_origins_page_does_not_count(site):
    cookie = cookie_of(await editor("one"))
    own = Request(site, "/live/poll", "stream=secret", cookie=cookie)
    assert await own.start() == 200
    foreign = Request(site, "/live/poll", "stream=secret", cookie=cookie, origin=APP)
    assert await foreign.start() == 401
    socket = Socket(
        site, "stream=secret", headers=[(b"origin", APP.encode()), (b"cookie", cookie.encode())]
    )
    await socket.open()
    assert (await socket.closed())[0] == 4401


async def test_a_token_counts_more_than_a_cookie(site, staff):
    cookie = cookie_of(await editor("one"))
    request = Request(
        site, "/live/poll", "stream=secret", cookie=cookie, authorization="Bearer of-nobody"
    )
    assert await request.start() == 401


async def test_a_reader_with_an_expired_token_is_disconnected_at_the_next_check(
    site, staff, settings
):
    settings.STOPPRESS_LIVE |= {"RECHECK_SECONDS": 0.05, "HEARTBEAT": 0.1}
    socket = Socket(site, "stream=secret", subprotocols=["stoppress.v1", "stoppress.token.of-ann"])
    await socket.open()
    for _ in range(3):
        await socket.frame()
    await sync_to_async(staff.delete)()
    while (message := await socket.application.receive_output(10))["type"] != "websocket.close":
        pass
    assert message["code"] == 4401
    await socket.leave()


async def test_while_the_database_fails_a_reader_with_a_token_stays(site, staff, settings):
    settings.STOPPRESS_LIVE |= {"RECHECK_SECONDS": 1, "HEARTBEAT": 0.1}
    socket = Socket(site, "stream=secret", subprotocols=["stoppress.v1", "stoppress.token.of-ann"])
    await socket.open()
    for _ in range(3):
        await socket.frame()
    settings.STOPPRESS_LIVE = settings.STOPPRESS_LIVE | {"READER": f"{__name__}.away"}
    asked.clear()
    await until(lambda: asked)
    while (await socket.frame())["type"] != "heartbeat":
        pass
    await socket.leave()


async def test_an_error_of_the_sites_function_is_logged_and_refuses_the_reader(
    site, settings, caplog
):
    settings.STOPPRESS_LIVE |= {"READER": f"{__name__}.broken"}
    request = Request(site, "/live/poll", "stream=secret", authorization="Bearer secret-token")
    assert await request.start() == 503
    [record] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert f"{__name__}.broken raised RuntimeError in {__file__}, line" in record.getMessage()
    assert "secret-token" not in caplog.text and "<int:id>" not in caplog.text


async def test_tokens_are_ignored_without_a_function(site, settings):
    settings.STOPPRESS_LIVE = {}
    cookie = cookie_of(await editor("one"))
    request = Request(
        site, "/live/poll", "stream=secret", cookie=cookie, authorization="Bearer of-nobody"
    )
    assert await request.start() == 200
