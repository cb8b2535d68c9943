import asyncio
import json

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

from stoppress import live
from stoppress.live.delivery.sink import DIRECT
from stoppress.live.hub.hub import stop_hub
from stoppress.live.routing import websocket_urlpatterns
from tests.live.asking import http_scope


class Chat(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()
        await self.send("hello from the site")
        await self.close(4999)


class Broken(AsyncWebsocketConsumer):
    async def connect(self):
        raise ValueError("the site's own mistake")


def sites_router():
    own = URLRouter([path("chat", Chat.as_asgi()), path("broken", Broken.as_asgi())])
    websocket = AllowedHostsOriginValidator(AuthMiddlewareStack(own))
    return ProtocolTypeRouter({"http": get_asgi_application(), "websocket": websocket})


@pytest.fixture
async def router(transactional_db, board):
    yield live.asgi(sites_router())
    await stop_hub()


def socket(site, address, origin=b"http://testserver", **more):
    headers = [(b"origin", origin), (b"host", b"testserver")]
    scope = {
        "type": "websocket",
        "path": address,
        "query_string": b"stream=board",
        "headers": headers,
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
        **more,
    }
    return ApplicationCommunicator(site, scope)


async def first(application):
    await application.send_input({"type": "websocket.connect"})
    return await application.receive_output(10)


async def frame(application):
    return json.loads((await application.receive_output(10))["text"])


async def leave(application):
    await application.send_input({"type": "websocket.disconnect", "code": 1000})
    await application.wait(10)


async def test_the_sites_own_consumers_are_served_beside(router):
    chat = socket(router, "/chat", extensions={DIRECT: None})
    assert (await first(chat))["type"] == "websocket.accept"
    assert (await chat.receive_output(10))["text"] == "hello from the site"
    assert (await chat.receive_output(10))["code"] == 4999
    await leave(chat)
    reader = socket(router, "/live/ws")
    assert (await first(reader))["type"] == "websocket.accept"
    assert (await frame(reader))["type"] == "hello"
    await leave(reader)


@pytest.mark.parametrize(
    "make", [sites_router, get_asgi_application, lambda: ProtocolTypeRouter({})]
)
async def test_a_websocket_at_no_address_is_refused_and_no_error(transactional_db, make):
    application = socket(live.asgi(make()), "/nowhere")
    assert (await first(application))["status"] == 404
    await application.wait(10)


async def test_an_error_of_the_site_is_raised(router):
    application = socket(router, "/broken")
    await application.send_input({"type": "websocket.connect"})
    with pytest.raises(ValueError, match="own mistake"):
        await application.wait(10)


async def test_another_type_of_connection_is_passed_to_the_site():
    seen = []

    async def site(scope, receive, send):
        seen.append(scope["type"])

    await live.asgi(site)({"type": "channel", "channel": "thumbnails"}, None, None)
    assert seen == ["channel"]


async def test_the_routes_of_a_sites_own_router_refuse_another_sites_page(transactional_db, board):
    own = URLRouter(websocket_urlpatterns)
    foreign = socket(own, "/live/ws", origin=b"https://elsewhere.example")
    assert (await first(foreign))["type"] == "websocket.close"
    reader = socket(own, "/live/ws")
    assert (await first(reader))["type"] == "websocket.accept"
    await leave(reader)
    await stop_hub()


# What a server gives for a request at <prefix>/live/…
SHAPES = {
    "uvicorn-and-the-specification": ("/club", "/club", None),
    "a-path-as-a-proxy-has-cut-it": ("", "/club", None),
    "the-setting-alone": ("/club", "", "/club"),
    "the-setting-and-a-proxy-that-cuts": ("", "", "/club"),
    "the-setting-and-the-server": ("/club", "/club", "/club"),
    "none-is-known": ("", None, None),
    "a-prefix-like-our-own": ("", "/live", None),
    "a-prefix-like-our-own-kept": ("/live", "/live", None),
}


@pytest.mark.parametrize(("before", "root", "forced"), SHAPES.values(), ids=SHAPES)
async def test_the_transports_are_found_below_a_prefix(router, settings, before, root, forced):
    settings.FORCE_SCRIPT_NAME = forced
    more = {} if root is None else {"root_path": root}
    reader = socket(router, f"{before}/live/ws", **more)
    assert (await first(reader))["type"] == "websocket.accept"
    await leave(reader)
    for transport, status in (("poll", 200), ("sse", 200)):
        scope = http_scope(f"{before}/live/{transport}", "stream=board") | more
        asked = ApplicationCommunicator(router, scope)
        assert (await asked.receive_output(10))["status"] == status
        await asked.send_input({"type": "http.disconnect"})
        await asked.wait(10)


async def test_the_sites_own_consumers_are_found_below_a_prefix_too(router):
    for address in ("/chat", "/club/chat"):
        chat = socket(router, address, root_path="/club")
        assert (await first(chat))["type"] == "websocket.accept"
        await leave(chat)


@pytest.mark.parametrize("address", ["/clubs/live/ws", "/other/live/ws", "/club/club/live/ws"])
async def test_the_transports_are_at_no_other_path(router, address):
    application = socket(router, address, root_path="/club")
    assert (await first(application))["status"] in {403, 404}
    await application.wait(10)


class Lifespan:
    """A site whose lifespan is told, and what it did."""

    def __init__(self, startup="lifespan.startup.complete"):
        self.startup = startup
        self.told = []

    async def __call__(self, scope, receive, send):
        assert scope["type"] == "lifespan"
        scope["state"]["site"] = "is there"
        self.told.append((await receive())["type"])
        await send({"type": self.startup, "message": "no"})
        self.told.append((await receive())["type"])
        await send({"type": "lifespan.shutdown.complete"})


async def lifespan(site):
    """Return what a server hears at its start and at its end, and the state that is shared."""
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    application = ApplicationCommunicator(live.asgi(site), scope)
    await application.send_input({"type": "lifespan.startup"})
    heard = [(await application.receive_output(10))["type"]]
    if heard == ["lifespan.startup.complete"]:
        await application.send_input({"type": "lifespan.shutdown"})
        heard.append((await application.receive_output(10))["type"])
    await application.wait(10)
    assert await application.receive_nothing()
    return heard, scope["state"]


BOTH = ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_the_sites_lifespan_begins_and_ends_with_ours(transactional_db):
    site = Lifespan()
    assert await lifespan(site) == (BOTH, {"site": "is there"})
    assert site.told == ["lifespan.startup", "lifespan.shutdown"]


async def test_a_site_that_cannot_start_is_not_served(transactional_db):
    heard, _ = await lifespan(Lifespan("lifespan.startup.failed"))
    assert heard == ["lifespan.startup.failed"]


async def no_lifespan(scope, receive, send):
    assert scope["type"] == "http"


@pytest.mark.parametrize(("make", "warned"), [(get_asgi_application, 0), (lambda: no_lifespan, 1)])
async def test_a_site_without_a_lifespan_is_served(transactional_db, caplog, make, warned):
    heard, _ = await lifespan(make())
    assert heard == BOTH
    assert len([r for r in caplog.records if "no lifespan" in r.getMessage()]) == warned


async def test_a_server_that_cancels_ends_the_sites_lifespan(transactional_db):
    site, came = Lifespan(), asyncio.Queue()
    started = asyncio.Event()

    async def send(message):
        started.set()

    scope = {"type": "lifespan", "state": {}}
    running = asyncio.create_task(live.asgi(site)(scope, came.get, send))
    came.put_nowait({"type": "lifespan.startup"})
    await asyncio.wait_for(started.wait(), 10)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert site.told == ["lifespan.startup"]
    await stop_hub()
