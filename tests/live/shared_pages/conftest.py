import asyncio
import gc
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application

from stoppress import live
from stoppress.live.asgi_types import Application
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.shared_pages import store
from stoppress.live.shared_pages.flight import Flight

from .paper import PRESS

MIDDLEWARE = [
    "stoppress.site.web.proxied.ReadersScheme",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
]


@dataclass
class Got:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Crowd:
    """Readers who ask one site for pages."""

    def __init__(self, site: Application) -> None:
        self.site = site

    async def begin(self, address: str = "/", method: str = "GET", **headers: str) -> Any:
        """Return a communicator that has sent a request, and waits for the answer."""
        path, _, query = address.partition("?")
        named = {"host": "testserver"} | headers
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "scheme": "http",
            "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in named.items()],
            "client": ("192.0.2.1", 1234),
            "server": ("192.0.2.2", 80),
            "extensions": {},
        }
        asking = ApplicationCommunicator(self.site, scope)
        await asking.send_input({"type": "http.request"})
        return asking

    async def read(self, asking: Any) -> Got:
        """Return what is answered."""
        start = await asking.receive_output(20)
        lines = [(name.decode().lower(), value.decode()) for name, value in start["headers"]]
        body, more = b"", True
        while more:
            part = await asking.receive_output(20)
            body, more = body + part.get("body", b""), part.get("more_body", False)
        await asking.wait(20)
        return Got(start["status"], dict(lines), body)

    async def ask(self, address: str = "/", method: str = "GET", **headers: str) -> Got:
        """Ask, and return the answer."""
        return await self.read(await self.begin(address, method, **headers))

    async def all_ask(self, count: int, address: str = "/", **headers: str) -> list[Got]:
        """Have many ask at one moment."""
        return await asyncio.gather(*(self.ask(address, **headers) for _ in range(count)))


@pytest.fixture
async def crowd(
    transactional_db: None, board: object, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Crowd]:
    now = monotonic()
    monkeypatch.setattr(store, "monotonic", lambda: now)  # no page expires on a busy machine
    settings.ROOT_URLCONF = "tests.live.shared_pages.paper"
    settings.MIDDLEWARE = MIDDLEWARE
    settings.ALLOWED_HOSTS = ["testserver", ".example.org"]
    settings.LANGUAGES = [("en", "English"), ("de", "German"), ("fr", "French")]
    PRESS.start_anew()
    await running_hub().stream("board")  # somebody reads it
    yield Crowd(live.asgi(get_asgi_application()))
    PRESS.gate.set()
    await stop_hub()


def waiting() -> int:
    """Return how many requests wait for what Django answers another."""
    flights = [
        one for one in gc.get_objects() if type(one) is Flight
    ]  # `isinstance` would ask lazy objects
    return sum(len(flight._waiting) for flight in flights)


async def withdraw(key: str) -> None:
    """Take a text back, as a web request would."""
    await sync_to_async(live.redact)(key, "thing.withdrawn", version=9)
