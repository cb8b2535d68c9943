"""`/metrics` at a separate address: a second listening socket of the same server.

With several workers the supervisor owns this socket too, and any worker answers for all of them.
"""

import asyncio
import logging
import socket
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from stoppress.live.asgi_types import Application
from stoppress.live.readers.limits.client_address import client_address
from stoppress.live.transports.http_answers import NEVER_KEPT, answer, header
from stoppress.site.web.metrics import Answer, refusal, summed

from .listening import CannotListen, listen, port_of

logger = logging.getLogger("stoppress.site")

PATH = "/metrics"
# The longest time for summing the counts of all processes, in seconds; more means a hanging disk.
SECONDS = 20.0


def listen_for_metrics(site: list[socket.socket]) -> list[socket.socket]:
    """Listen at `STOPPRESS_METRICS_ADDRESS`, if it is set.

    Args:
        site: the site's listening sockets; closed if this fails.

    Raises:
        CannotListen: the address cannot be used, or the site uses the same port.
    """
    if settings.STOPPRESS_METRICS_ADDRESS is None:
        return []
    host, port = settings.STOPPRESS_METRICS_ADDRESS
    try:
        if port == port_of(site):  # requests are distinguished by port
            raise CannotListen(f"port {port} is the site's own: choose another, on any host")
        return listen(host, port)
    except CannotListen as error:
        for opened in site:
            opened.close()
        raise CannotListen(f"STOPPRESS_METRICS_ADDRESS: {error}") from error


def beside_metrics(application: Application) -> Application:
    """Return the application, with metrics at `STOPPRESS_METRICS_ADDRESS` if that is set."""
    if settings.STOPPRESS_METRICS_ADDRESS is None:
        return application
    host, port = settings.STOPPRESS_METRICS_ADDRESS
    metrics = Metrics(host)

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        # This is the socket's port, which no header can change.
        there = (scope.get("server") or ("", None))[1] == port
        if scope["type"] == "http" and there:
            await metrics(scope, send)
        elif scope["type"] == "websocket" and there:
            await send({"type": "websocket.close"})
        else:
            await application(scope, receive, send)

    return answers


class Metrics:
    """An ASGI application that serves the metrics and nothing else.

    Args:
        host: a Host that is accepted, besides the site's hosts and any IP address.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._summing: asyncio.Task[Answer] | None = None

    async def __call__(self, scope: Any, send: Any) -> None:
        """Answer one request."""
        given = self._refusal(scope)
        if given is None:
            given = await self._sum()
        headers = [(name.lower().encode(), value.encode()) for name, value in given.headers.items()]
        # For HEAD, the server leaves the body out.
        await answer(send, given.status, given.body, [*headers, NEVER_KEPT])

    def _refusal(self, scope: Any) -> Answer | None:
        if scope["path"] != PATH:
            return Answer(404, b"only /metrics is served here\n")
        if not self._is_for_us(header(scope, b"host").decode("latin1")):
            return Answer(400, b"the Host header does not name this server\n")
        if scope["method"] not in {"GET", "HEAD"}:
            return Answer(405, b"", {"Allow": "GET, HEAD"})
        return refusal(header(scope, b"authorization").decode("latin1"), client_address(scope))

    def _is_for_us(self, host: str) -> bool:
        # DNS rebinding: a foreign page whose host name resolves to this machine must not read the
        # metrics. That attack needs a host name, so an IP address is safe.
        name, _ = split_domain_port(host)
        digits = name.startswith("[") or name.rpartition(".")[2].isdecimal()
        return bool(name) and (digits or validate_host(name, [self._host, *settings.ALLOWED_HOSTS]))

    async def _sum(self) -> Answer:
        """Sum in a thread, once for all concurrent requests, so that no reader waits."""
        if self._summing is None:
            self._summing = asyncio.create_task(asyncio.to_thread(summed))
            self._summing.add_done_callback(self._summed)
        try:
            return await asyncio.wait_for(asyncio.shield(self._summing), SECONDS)
        except (TimeoutError, OSError) as error:
            logger.error("the metrics cannot be summed: %r", error)
            return Answer(503, b"the metrics cannot be summed\n")

    def _summed(self, task: asyncio.Task[Answer]) -> None:
        self._summing = None
