"""The system check that asks the site's ASGI application for the live transports."""

import asyncio
import json
from collections.abc import Iterator
from contextvars import copy_context
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from .mounted import holds_live
from .readers.host import allowed_hosts

ASGI_LINE = "application = live.asgi(get_asgi_application())"
ADDRESSES = {
    "/live/ws": "websocket",
    "/live/sse": "http",
    "/live/poll": "http",
    "/live/range": "http",
}
# The transports' answer to a request for no stream.
MALFORMED = 4400
# For each address.
PROBE_SECONDS = 5.0
# Most hosts and origins of the site that are tried.
SENDERS = 6


@register("stoppress")
def check_route(**_: Any) -> list[CheckMessage]:
    """Check that the ASGI application serves the transports, with requests for no stream."""
    path = getattr(settings, "ASGI_APPLICATION", None)
    if not path:
        return [
            Warning(
                "ASGI_APPLICATION is not set: whether /live/ws is served cannot be checked.",
                hint=f"Name your asgi module's application, which is: {ASGI_LINE}",
                id="stoppress.W008",
            )
        ]
    try:
        application = import_string(path)
    except Exception as error:  # whatever the site's module does
        hint = f"Write {ASGI_LINE}"
        return [Error(f"ASGI_APPLICATION: {error!r}", hint=hint, id="stoppress.E009")]
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # A separate context: variables that the application sets do not leak out of these requests.
        missing = copy_context().run(async_to_sync(_missing), application)
    else:
        return []  # a loop is already running in this thread, so nothing can be awaited here
    # Below a mount, the transports are at the same prefix as Django's pages.
    if not missing or (len(missing) == len(ADDRESSES) and holds_live(application)):
        return []
    return [
        Warning(
            f"{path} does not serve {', '.join(missing)}: "
            + (
                "no page would ever receive an event."
                if len(missing) == len(ADDRESSES)
                else "where a network blocks the other transports, a page receives no events."
            ),
            hint="Wrap your whole application in live.asgi( ): "
            f"{ASGI_LINE}, also a ProtocolTypeRouter. If you route yourself, put "
            "live.routing.websocket_urlpatterns under websocket, and live.routing.http_urlpatterns "
            "under http; a check of Origin around them must accept pages of ALLOWED_HOSTS. If the "
            "transports are at another address on purpose, silence this check.",
            id="stoppress.W010",
        )
    ]


async def _missing(application: Any) -> list[str]:
    """Return the addresses at which the application serves no transport."""
    return [
        address
        for address, kind in ADDRESSES.items()
        if not await _is_served(application, kind, address)
    ]


async def _is_served(application: Any, kind: str, address: str) -> bool:
    """Return whether a transport answers anyone who may ask for it."""
    paths = dict.fromkeys([address, (settings.FORCE_SCRIPT_NAME or "") + address])
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            for path, (scheme, headers) in product(paths, _senders()):
                if await _code(application, _scope(kind, path, scheme, headers)) == MALFORMED:
                    return True
    except TimeoutError:
        pass
    return False


def _senders() -> Iterator[tuple[str, list[tuple[bytes, bytes]]]]:
    """Return schemes and headers of browsers that have a page of this site open."""
    hosts = [host.lstrip(".").replace("*", "localhost") for host in allowed_hosts()]
    if not hosts:
        yield "http", []
        return
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("https", "http")]
    trusted = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    for origin in [*origins[:2], *trusted, *origins[2:]][:SENDERS]:
        parts = urlsplit(origin)
        yield parts.scheme, [(b"host", parts.netloc.encode()), (b"origin", origin.encode())]


def _scope(kind: str, path: str, scheme: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    if kind == "websocket":
        own: dict[str, Any] = {"subprotocols": [], "scheme": scheme.replace("http", "ws")}
    else:
        own = {"method": "GET", "scheme": scheme}
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": None,
        "server": None,
        "stoppress.check": True,
        **own,
    }


async def _code(application: Any, scope: dict[str, Any]) -> int | None:
    """Return the code with which a request is refused; None for any other answer, or none.

    Django ignores a request that is disconnected at once: it runs no middleware and no view.
    """
    sent: list[dict[str, Any]] = []
    came = [{"type": "websocket.connect"}] if scope["type"] == "websocket" else []
    over = {"type": f"{scope['type']}.disconnect", "code": 1000}

    async def receive() -> dict[str, Any]:
        if came:
            return came.pop(0)
        await asyncio.sleep(0)  # an application that keeps receiving can be cancelled
        return over

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    try:
        await application(scope, receive, send)
        return _code_of(sent)
    except (
        Exception
    ):  # the site's application may raise anything for a request that it does not know
        return None


def _code_of(sent: list[dict[str, Any]]) -> int | None:
    if any(message["type"] == "websocket.accept" for message in sent):
        codes = [m.get("code") for m in sent if m["type"] == "websocket.close"]
        return codes[0] if codes else None
    body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    answer = json.loads(body) if body else None
    return answer.get("code") if isinstance(answer, dict) else None
