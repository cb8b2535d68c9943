"""A small site of shared pages around the stream `board`, which counts what it renders."""

import threading
from collections import Counter
from collections.abc import AsyncIterator

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils.translation import get_language_from_request

from stoppress import live

LONG = "All that was said today. " * 40


class Press:
    """The renders of views, and a gate that can block a view after it has read."""

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        self.rendered: Counter[str] = Counter()
        self.asked: list[HttpRequest] = []
        self.holds = False
        self.holding = threading.Event()
        self.gate = threading.Event()

    def print(self, request: HttpRequest, stream: str = "board") -> str:
        self.rendered[request.path] += 1
        self.asked.append(request)
        shown = live.snapshot(stream)
        if self.holds:
            self.holding.set()
            assert self.gate.wait(10)
        keys = ",".join(item["key"] for item in shown.items)
        return f"<p>{request.get_host()} {request.GET.get('q', '')} [{keys}]</p>{LONG}"


PRESS = Press()


@live.shared_page
def front(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(PRESS.print(request))
    response["ETag"] = f'"{len(PRESS.asked)}"'
    return response


@live.shared_page
def gone(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PRESS.print(request), status=410)


@live.shared_page
def missing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PRESS.print(request), status=404)


@live.shared_page
def greets(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(PRESS.print(request))
    response.set_cookie("seen", "1")
    return response


@live.shared_page
def tongues(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(PRESS.print(request))
    response["Content-Language"] = get_language_from_request(request)
    response["Vary"] = "Accept-Language"
    return response


@live.shared_page
def agents(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(PRESS.print(request))
    response["Vary"] = "User-Agent"
    return response


@live.shared_page
def unnamed(request: HttpRequest) -> HttpResponse:
    PRESS.rendered[request.path] += 1
    return HttpResponse("of no stream")


@live.shared_page
def secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PRESS.print(request, "secret"))


@live.shared_page
def endless(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[str]:
        for _ in range(20):
            yield "x" * 65536

    PRESS.print(request)
    return StreamingHttpResponse(parts())


@live.shared_page
def fails(request: HttpRequest) -> HttpResponse:
    PRESS.print(request)
    return HttpResponse(status=500)


@live.shared_page
def outage(request: HttpRequest) -> HttpResponse:
    PRESS.print(request)
    raise OperationalError("server closed the connection unexpectedly")


@live.shared_page(query=())
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PRESS.print(request) + request.get_full_path())


@live.shared_page(query=["q"])
def finds(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PRESS.print(request) + request.get_full_path())


def own(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(PRESS.print(request))
    response["Cache-Control"] = "public, s-maxage=2"
    return response


urlpatterns = [
    path("", front),
    path("gone", gone),
    path("missing", missing),
    path("greets", greets),
    path("tongues", tongues),
    path("agents", agents),
    path("unnamed", unnamed),
    path("secret", secret),
    path("endless", endless),
    path("fails", fails),
    path("outage", outage),
    path("plain", plain),
    path("finds", finds),
    path("own", own),
]
