"""`/metrics` at an address of its own: a second socket of the same server, for nothing else.

With workers it is the supervisor's, as the first is: whichever worker accepts answers for all.
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
# Seconds in which the counts of all processes are summed; more is a disk that hangs.
SECONDS = 20.0


def listen_for_metrics(site: list[socket.socket]) -> list[socket.socket]:
    """Listen where `STOPPRESS_METRICS_ADDRESS` says, if it says anything.

    Args:
        site: what the site listens on.

    Raises:
        CannotListen: the address cannot be had, or the site has its port.
    """
    if settings.STOPPRESS_METRICS_ADDRESS is None:
        return []
    host, port = settings.STOPPRESS_METRICS_ADDRESS
    try:
        if port == port_of(site):  # a request is told by the port that it came to
            raise CannotListen(f"port {port} is the site's own, on whatever host; take another")
        return listen(host, port)
    except CannotListen as error:
        for opened in site:
            opened.close()
        raise CannotListen(f"STOPPRESS_METRICS_ADDRESS: {error}") from error


def beside_metrics(application: Application) -> Application:
    """Return an application that answers with the metrics at their address, if they have one."""
    if settings.STOPPRESS_METRICS_ADDRESS is None:
        return application
    host, port = settings.STOPPRESS_METRICS_ADDRESS
    metrics = Metrics(host)

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        # The port is the socket's own: no header can name another.
        there = (scope.get("server") or ("", None))[1] == port
        if scope["type"] == "http" and there:
            await metrics(scope, send)
        elif scope["type"] == "websocket" and there:
            await send({"type": "websocket.close"})
        else:
            await application(scope, receive, send)

    return answers


class Metrics:
    """Answers with the metrics, and with nothing else.

    Args:
        host: as whom it may be asked, besides the site's own hosts and any address in digits.
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
        # No body for HEAD: the server leaves it out.
        await answer(send, given.status, given.body, [*headers, NEVER_KEPT])

    def _refusal(self, scope: Any) -> Answer | None:
        if scope["path"] != PATH:
            return Answer(404, b"here is /metrics alone\n")
        if not self._is_for_us(header(scope, b"host").decode("latin1")):
            return Answer(400, b"no host of this server\n")
        if scope["method"] not in {"GET", "HEAD"}:
            return Answer(405, b"", {"Allow": "GET, HEAD"})
        return refusal(header(scope, b"authorization").decode("latin1"), client_address(scope))

    def _is_for_us(self, host: str) -> bool:
        # A page whose name was made to resolve to this machine must not read what its browser can
        # reach; that needs a name, and an address in digits is none.
        name, _ = split_domain_port(host)
        digits = name.startswith("[") or name.rpartition(".")[2].isdecimal()
        return bool(name) and (digits or validate_host(name, [self._host, *settings.ALLOWED_HOSTS]))

    async def _sum(self) -> Answer:
        """Sum in a thread, once for all who ask meanwhile: no reader waits for it."""
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
