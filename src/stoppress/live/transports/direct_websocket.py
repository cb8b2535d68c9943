"""The fast path of a WebSocket: where the server offers it, the hub writes without a consumer."""

from collections.abc import Callable
from typing import Any

from stoppress.live.delivery.sink import Reader, Sink
from stoppress.live.protocol.query import parse_ask
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.protocol.subprotocol import choose
from stoppress.live.publishing.registry import find
from stoppress.live.readers.visit import Visit

Take = Callable[[Reader, str | None], Sink]


def is_direct(scope: Any) -> bool:
    """Return whether a WebSocket may take the fast path: it asks for public streams only.

    Private streams need the consumer. A query that will be refused anyway takes the fast path too.
    """
    try:
        named = [find(name) for name in parse_ask(scope["query_string"]).cursors]
    except Refusal:
        return True
    return all(each is None or each.stream.public for each in named)


async def serve_directly(scope: Any, take: Take) -> None:
    """Join a reader to the hub, which then writes to it; or accept, and close with the reason."""
    visit = Visit(scope, "ws")
    chosen, refusal = choose(scope["subprotocols"])
    sink: Sink | None = None
    try:
        if refusal is not None:
            raise refusal
        ask = await visit.enter()
        sink = take(visit, chosen)
        await visit.join(ask, sink)
    except Refusal as found:
        visit.refuse(found)
        if visit.connection is None:
            (sink or take(visit, chosen)).close(found)
    except BaseException:
        visit.end()
        raise
