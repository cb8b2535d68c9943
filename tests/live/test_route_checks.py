import threading
from functools import partial

import pytest
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator, OriginValidator
from django.core.asgi import get_asgi_application
from django.urls import re_path
from django.utils.functional import SimpleLazyObject

from stoppress import live
from stoppress.live.route_checks import check_route
from stoppress.live.routing import http_urlpatterns, websocket_urlpatterns


async def other_application(scope, receive, send):
    await send({"type": "websocket.close"})


async def application_without_websockets(scope, receive, send):
    raise ValueError("websocket is not for me")


async def that_asks_without_end(scope, receive, send):
    while True:
        await receive()


async def pages(scope, receive, send):
    raise AssertionError("the check asks for no page")


def by_hand(websocket, *routes):
    http = URLRouter([*routes, re_path("", pages)])
    return ProtocolTypeRouter({"http": http, "websocket": websocket})


sockets = URLRouter(websocket_urlpatterns)
well_wired = live.asgi(pages)
around_a_router = live.asgi(by_hand(AllowedHostsOriginValidator(URLRouter([]))))
behind_a_session = by_hand(AuthMiddlewareStack(sockets), *http_urlpatterns)
over_https_alone = by_hand(OriginValidator(sockets, ["https://paper.example"]), *http_urlpatterns)
at_a_port = by_hand(OriginValidator(sockets, ["http://paper.example:8080"]), *http_urlpatterns)
below_a_prefix = by_hand(
    URLRouter([re_path("^club/", sockets)]), re_path("^club/", URLRouter(http_urlpatterns))
)
without_http = by_hand(sockets)
beside_sockets_of_another = ProtocolTypeRouter(
    {"http": live.asgi(pages), "websocket": URLRouter([])}
)
without_poll = by_hand(sockets, http_urlpatterns[0])


class Mount:
    def __init__(self, path, application):
        self.path, self.application = path, application


class Mounts:
    """Routes by prefix, as Starlette does."""

    __slots__ = ("routes",)

    def __init__(self, *routes):
        self.routes = routes

    async def __call__(self, scope, receive, send):
        for route in self.routes:
            if scope["path"].startswith(route.path):
                return await route.application(scope, receive, send)
        await other_application(scope, receive, send)


def middleware(inner):
    async def around(scope, receive, send):
        await inner(scope, receive, send)

    return around


async def by_a_name(scope, receive, send):
    if scope["path"].startswith("/club/"):
        await well_wired(scope, receive, send)


mounted = Mounts(Mount("/api", pages), Mount("/club", live.asgi(pages)))
mounted_behind_middleware = middleware(Mounts(Mount("/club", partial(live.asgi(pages)))))
a_lazy_object = SimpleLazyObject(lambda: 1 / 0)


async def beside_a_lazy_object(scope, receive, send):
    if scope["type"] == "never":
        await a_lazy_object(scope, receive, send)
    await other_application(scope, receive, send)


mounted_without = middleware(Mounts(Mount("/club", pages)))


async def behind_a_check_of_origin(scope, receive, send):
    # Made here, since it reads the hosts of the test as it is made.
    checked = by_hand(AllowedHostsOriginValidator(sockets), *http_urlpatterns)
    await checked(scope, receive, send)


@pytest.mark.parametrize(
    "name",
    [
        "well_wired",
        "around_a_router",
        "behind_a_check_of_origin",
        "behind_a_session",
        "over_https_alone",
        "at_a_port",
    ],
)
@pytest.mark.parametrize("hosts", [["paper.example"], [".paper.example", "10.0.0.1"]])
def test_an_application_that_serves_the_routes_passes(settings, name, hosts):
    settings.ALLOWED_HOSTS = hosts
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.paper.example", "http://paper.example:8080"]
    settings.ASGI_APPLICATION = f"{__name__}.{name}"
    assert check_route() == []


@pytest.mark.parametrize("hosts", [["*"], []])
def test_an_application_passes_with_any_allowed_hosts(settings, hosts):
    settings.ALLOWED_HOSTS = hosts
    settings.ASGI_APPLICATION = f"{__name__}.well_wired"
    assert check_route() == []


def test_an_application_passes_below_a_prefix(settings):
    settings.FORCE_SCRIPT_NAME = "/club"
    for name in ("well_wired", "below_a_prefix"):
        settings.ASGI_APPLICATION = f"{__name__}.{name}"
        assert check_route() == []


@pytest.mark.parametrize("name", ["mounted", "mounted_behind_middleware", "by_a_name"])
def test_an_application_that_mounts_the_site_at_a_path_passes(settings, name):
    settings.ASGI_APPLICATION = f"{__name__}.{name}"
    assert check_route() == []


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("other_application", "/live/ws, /live/sse, /live/poll, /live/range"),
        ("application_without_websockets", "/live/ws, /live/sse, /live/poll, /live/range"),
        ("that_asks_without_end", "/live/ws, /live/sse, /live/poll, /live/range"),
        ("without_http", "/live/sse, /live/poll, /live/range"),
        ("without_poll", "/live/poll, /live/range"),
        ("mounted_without", "/live/ws, /live/sse, /live/poll, /live/range"),
        ("beside_a_lazy_object", "/live/ws, /live/sse, /live/poll, /live/range"),
        ("beside_sockets_of_another", "/live/ws"),
    ],
)
def test_a_route_that_is_not_served_is_named(settings, monkeypatch, name, missing):
    if name == "that_asks_without_end":
        monkeypatch.setattr("stoppress.live.route_checks.PROBE_SECONDS", 0.5)
    settings.ASGI_APPLICATION = f"{__name__}.{name}"
    [found] = check_route()
    assert found.id == "stoppress.W010" and f"{name} does not serve {missing}:" in found.msg
    for way in ("live.asgi(", "websocket_urlpatterns", "http_urlpatterns", "Origin"):
        assert way in found.hint


def test_django_alone_runs_no_middleware_for_it(settings, caplog):
    settings.MIDDLEWARE = [f"{__name__}.no_middleware"]
    settings.ASGI_APPLICATION = f"{__name__}.django_alone"
    globals()["django_alone"] = get_asgi_application()
    assert [found.id for found in check_route()] == ["stoppress.W010"]
    assert not caplog.records


def no_middleware(get_response):
    def serve(request):
        raise AssertionError("the check is no request")

    return serve


def test_a_missing_application_is_named(settings):
    settings.ASGI_APPLICATION = "nowhere.application"
    assert [found.id for found in check_route()] == ["stoppress.E009"]
    settings.ASGI_APPLICATION = None
    assert [found.id for found in check_route()] == ["stoppress.W008"]


def test_a_check_starts_no_hub(settings):
    settings.ASGI_APPLICATION = f"{__name__}.well_wired"
    before = {thread.name for thread in threading.enumerate()}
    check_route()
    assert not {t.name for t in threading.enumerate() if "stoppress" in t.name} - before
