"""Hold a server against the rules: watch it, go on from where it was, ask it for nonsense."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import ClientError, ClientSession
from websockets.exceptions import WebSocketException

from stoppress.live.protocol.cursor import Cursor

from . import poll, sse, websocket
from .report import Check, Report
from .server import Asks, Server, query_of
from .transcript import Frame, Transcript

ReadFrom = Callable[[Server, Check, Asks], Awaitable[Transcript]]

_READ_FROM: Mapping[str, ReadFrom] = {
    "WebSocket": websocket.read_from,
    "SSE": sse.read_from,
    "Poll": poll.read_from,
}
# Positions past the head: further than anybody publishes meanwhile.
_FAR_AHEAD = 10**12


class Unreachable(Exception):
    """There is no server to be held against anything."""


async def conform(url: str, streams: Sequence[str], seconds: float) -> Report:
    """Return which rules a server keeps; only reads.

    Args:
        url: the site's address.
        streams: what to ask for; some rules show only where there are two.
        seconds: how long to watch at least; it is watched until a heartbeat came in any case.

    Raises:
        Unreachable: it does not answer.
        ValueError: `url` is no address of a site.
    """
    report = Report()
    asks: Asks = dict.fromkeys(streams)
    async with ClientSession() as session:
        server = Server(url, session)
        try:
            await server.poll(query_of(asks))
        except (OSError, ClientError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        watched, _ = await asyncio.gather(
            _told(report.of("WebSocket"), websocket.watch, server, asks, seconds),
            _told(report.of("SSE"), sse.watch, server, asks, seconds),
        )
        await _told(report.of("WebSocket"), websocket.check_plain, server, asks)
        await _told(report.of("WebSocket"), websocket.check_refusals, server, streams[0])
        await _told(report.of("SSE"), sse.check_statuses, server, "sse")
        await _told(report.of("Poll"), sse.check_statuses, server, "poll")
        await _told(report.of("Poll"), poll.check_sharing, server, asks)
        began = watched.began if watched is not None else {}
        for part in _READ_FROM:
            await _check_places(server, report, part, asks, began, watched)
    return report


async def _check_places(
    server: Server,
    report: Report,
    part: str,
    asks: Asks,
    began: Mapping[str, Cursor],
    watched: Transcript | None,
) -> None:
    """Ask one transport for a start, for what was seen already, and for places that are none."""
    check, read_from = report.of(part), _READ_FROM[part]
    start = await _told(check, read_from, server, asks)
    if start is not None:
        for name, reasons in start.reasons.items():
            check("start", reasons == ["start"], f"{name} began with {reasons}")
        began = began or start.began
    if set(began) != set(asks):
        return
    reached = {name: str(cursor) for name, cursor in began.items()}
    again = await _told(check, read_from, server, reached)
    if again is not None:
        for name in asks:
            # Only what was seen after this very cursor must come after it.
            seen = watched is not None and watched.began.get(name) == began[name]
            _check_resume(check, name, again, watched.events[name] if watched and seen else [])
    nowhere: Mapping[str, Callable[[Cursor], str]] = {
        "unknown": lambda cursor: "nowhere",
        "ahead": lambda cursor: str(Cursor(cursor.position + _FAR_AHEAD, cursor.link)),
        "fork": lambda cursor: str(Cursor(cursor.position, _other(cursor.link))),
    }
    for reason, place in nowhere.items():
        asked = {name: place(cursor) for name, cursor in began.items()}
        answered = await _told(check, read_from, server, asked)
        if answered is not None:
            for name, reasons in answered.reasons.items():
                check(reason, reasons == [reason], f"{name}@{asked[name]} was given {reasons}")
    if part == "SSE":
        await _told(check, sse.check_last_event_id, server, reached)


def _check_resume(check: Check, name: str, again: Transcript, seen: Sequence[Frame]) -> None:
    """Hold what came from a cursor against what was seen to come after it."""
    reasons, came = again.reasons[name], again.events[name]
    if check("resume", not reasons, f"{name} was given a snapshot: {reasons}"):
        missing = [frame["cursor"] for frame in seen if frame["cursor"] not in _cursors(came)]
        check("resume", not missing, f"{name} lacks {missing}")
        known = {frame["cursor"]: frame for frame in seen}
        for frame in came:
            meant = known.get(frame["cursor"], frame)
            # A text may have been withdrawn since.
            same = frame == meant or frame.get("redacted", False)
            check("resume", same, f"{name} was given {frame}, and before {meant}")


def _cursors(events: Sequence[Frame]) -> set[str]:
    return {frame["cursor"] for frame in events}


def _other(link: str) -> str:
    return ("1" if link[0] == "0" else "0") + link[1:]


async def _told(
    check: Check, look: Callable[..., Awaitable[Transcript | None]], server: Server, *how: object
) -> Transcript | None:
    """Look at the server; what breaks off is told as a broken rule, and ends only that look."""
    try:
        transcript = await look(server, check, *how)
    except (OSError, ClientError, WebSocketException, TimeoutError) as error:
        check("opens", False, f"{look.__name__}: {str(error) or type(error).__name__}")
        return None
    check("opens", True)
    return transcript
