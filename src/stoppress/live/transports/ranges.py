"""Ranges: the part of a stream below an order, as one HTTP response that caches can share."""

from typing import Any

from stoppress.live.protocol.range_query import parse_range
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.readers.cors import sharing_send
from stoppress.live.readers.visit import Visit

from .http_answers import answer_json, is_served, refuse


async def serve_range(scope: Any, receive: Any, send: Any) -> None:
    """Answer one request at `/live/range`."""
    send = sharing_send(scope, send)
    if not await is_served(scope, send):
        return
    visit = Visit(scope, "range")
    try:
        body = await visit.read_range(await visit.enter_for(parse_range))
    except Refusal as refusal:
        visit.log_refusal(refusal)
        await refuse(send, refusal)
        return
    finally:
        visit.end()
    await answer_json(scope, send, body, shared=visit.guard is None)
