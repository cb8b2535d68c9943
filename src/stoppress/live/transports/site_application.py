"""The site's own application: Django alone, or one that serves more than HTTP."""

import asyncio
import logging
from typing import Any

from stoppress.live.asgi_types import Application, Message
from stoppress.live.readers.denial import deny
from stoppress.live.readers.origin import SiteOriginValidator

logger = logging.getLogger("stoppress.live")

# These raise ValueError for a type of connection, or for an address, that they do not serve.
ROUTERS = frozenset({"django.core.handlers.asgi", "channels.routing"})
# Seconds for the site's lifespan to return once it has said that it is complete.
LAST_SECONDS = 1.0


class SiteApplication:
    """The site's own WebSockets and its lifespan.

    Args:
        application: any ASGI application.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def serve_websocket(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a WebSocket on; one that the site has no consumer for is refused with 404."""
        try:
            await self._application(scope, receive, send)
        except ValueError as error:
            if not _is_of_router(error):
                raise
            await _nowhere(scope, receive, send)

    async def serve_lifespan(self, ours: Application, scope: Any, receive: Any, send: Any) -> None:
        """Start the site's lifespan before ours, and end it after ours."""
        site = _Lifespan(self._application, scope)
        try:
            startup = await receive()
            answer = await site.say(startup)
            if answer is not None and answer["type"] == "lifespan.startup.failed":
                await send(answer)
                return
            startups = [startup]

            async def receives() -> Message:
                message: Message = startups.pop() if startups else await receive()
                return message

            async def sends(message: Message) -> None:
                if message["type"] == "lifespan.shutdown.complete":
                    message = await site.say({"type": "lifespan.shutdown"}) or message
                await send(message)

            await ours(scope, receives, sends)
        finally:
            await site.end()


async def _refuse_address(scope: Any, receive: Any, send: Any) -> None:
    logger.info("refused a WebSocket at %.200r", scope["path"])
    await deny(scope, send, 404, b"no such address\n")


_nowhere = SiteOriginValidator(_refuse_address)


class _Lifespan:
    """The lifespan of the site's application, if it has one."""

    def __init__(self, application: Application, scope: Any) -> None:
        self._application, self._scope = application, scope
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._task = asyncio.create_task(self._run())
        self._complete = False

    async def _run(self) -> None:
        await self._application(self._scope, self._said.get, self._answers.put)

    async def say(self, message: Message) -> Message | None:
        """Return the answer to a message of the server; None if the lifespan has ended."""
        if self._task.done():
            return None
        self._said.put_nowait(message)
        answer = asyncio.ensure_future(self._answers.get())
        await asyncio.wait({answer, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            self._complete = answer.result()["type"] == "lifespan.shutdown.complete"
            return answer.result()
        answer.cancel()
        error = self._task.exception()
        if isinstance(error, Exception) and not _is_of_router(error):
            # Servers continue too: an application need not have a lifespan (ASGI, Lifespan).
            logger.warning("the site's application has no lifespan: %r", error)
        return None

    async def end(self) -> None:
        """End the lifespan, also if it got no shutdown message."""
        if self._complete:
            await asyncio.wait({self._task}, timeout=LAST_SECONDS)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def _is_of_router(error: Exception) -> bool:
    """Return whether an error only means that a router does not serve this request."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = trace.tb_frame.f_globals.get("__name__") if trace is not None else None
    return isinstance(error, ValueError) and at in ROUTERS
