"""A request to the ASGI application, as SSE and poll are asked for."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from asgiref.testing import ApplicationCommunicator

# Seconds after which something is taken never to come, on a busy machine too.
PATIENCE = 30


def http_scope(path: str, query: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    """Return the scope of a request; `last_event_id="…"` is the header `Last-Event-ID`."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": named,
        "client": ("192.0.2.1", 1234),
    }


class Request:
    """One request, and what is answered."""

    def __init__(self, site: Any, path: str, query: str, **headers: str) -> None:
        self.application = ApplicationCommunicator(site, http_scope(path, query, **headers))
        self.status = 0
        self.headers: dict[str, str] = {}

    async def start(self) -> int:
        """Send it; return the status."""
        await self.application.send_input({"type": "http.request"})
        message = await self.application.receive_output(PATIENCE)
        self.status = message["status"]
        self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        return self.status

    async def part(self) -> bytes | None:
        """Return the next part of the body; None at its end."""
        message = await self.application.receive_output(PATIENCE)
        return message.get("body", b"") if message.get("more_body") else None

    async def body(self) -> bytes:
        """Return the body of an answer that comes as a whole."""
        await self.start()
        body: bytes = (await self.application.receive_output(PATIENCE)).get("body", b"")
        await self.application.wait(PATIENCE)
        return body

    async def event(self) -> dict[str, Any]:
        """Return the next event as `{"event", "id", "data"}`, its data read."""
        part = await self.part()
        assert part is not None and part.endswith(b"\n\n")
        lines = part.decode().rstrip("\n").split("\n")
        fields = dict(line.split(": ", 1) for line in lines)
        return fields | {"data": json.loads(fields["data"])}

    async def leave(self) -> None:
        """Go away, and wait until that was noticed."""
        await self.application.send_input({"type": "http.disconnect"})
        await self.application.wait(PATIENCE)


async def until(true: Any) -> None:
    """Wait for something to be so."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.005)  # between two checks


async def turns(work: Coroutine[Any, Any, None]) -> int:
    """Return how many turns of the event loop some work takes that waits for nothing."""
    taken, task = 0, asyncio.create_task(work)
    async with asyncio.timeout(PATIENCE):
        while not task.done():
            await asyncio.sleep(0)  # one turn
            taken += 1
    await task
    return taken


def counted(metric: Any, *labels: str) -> float:
    """Return what a counter or gauge stands at."""
    found: float = (metric.labels(*labels) if labels else metric)._value.get()
    return found
