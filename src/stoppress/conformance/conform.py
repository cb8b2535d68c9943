"""Check a server against the rules: follow streams, resume from cursors, send wrong requests."""

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
# Positions past the head: more than anybody publishes during the check.
_FAR_AHEAD = 10**12


class Unreachable(Exception):
    """No server answers at the address."""


async def conform(url: str, streams: Sequence[str], seconds: float) -> Report:
    """Return a report of the rules that a server keeps and breaks. It publishes nothing.

    Args:
        url: the site's address.
        streams: the streams to ask for. Some rules can be checked only with two.
        seconds: how long to follow the streams; always at least until a heartbeat comes.

    Raises:
        Unreachable: the server does not answer.
        ValueError: `url` is not the address of a site.
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
            _run(report.of("WebSocket"), websocket.watch, server, asks, seconds),
            _run(report.of("SSE"), sse.watch, server, asks, seconds),
        )
        await _run(report.of("WebSocket"), websocket.check_plain, server, asks)
        await _run(report.of("WebSocket"), websocket.check_refusals, server, streams[0])
        await _run(report.of("SSE"), sse.check_statuses, server, "sse")
        await _run(report.of("Poll"), sse.check_statuses, server, "poll")
        await _run(report.of("Poll"), poll.check_sharing, server, asks)
        began = watched.began if watched is not None else {}
        for transport in _READ_FROM:
            await _check_cursors(server, report, transport, asks, began, watched)
    return report


async def _check_cursors(
    server: Server,
    report: Report,
    transport: str,
    asks: Asks,
    began: Mapping[str, Cursor],
    watched: Transcript | None,
) -> None:
    """Read by one transport without a cursor, from a cursor seen before, and from wrong cursors."""
    check, read_from = report.of(transport), _READ_FROM[transport]
    start = await _run(check, read_from, server, asks)
    if start is not None:
        for name, reasons in start.reasons.items():
            check("start", reasons == ["start"], f"{name} began with {reasons}")
        began = began or start.began
    if set(began) != set(asks):
        return
    reached = {name: str(cursor) for name, cursor in began.items()}
    again = await _run(check, read_from, server, reached)
    if again is not None:
        for name in asks:
            # Only the events that were seen after this very cursor must come again.
            seen = watched is not None and watched.began.get(name) == began[name]
            _check_resume(check, name, again, watched.events[name] if watched and seen else [])
    wrong_cursors: Mapping[str, Callable[[Cursor], str]] = {
        "unknown": lambda cursor: "nowhere",
        "ahead": lambda cursor: str(Cursor(cursor.position + _FAR_AHEAD, cursor.link)),
        "fork": lambda cursor: str(Cursor(cursor.position, _other(cursor.link))),
    }
    for reason, spoil in wrong_cursors.items():
        asked = {name: spoil(cursor) for name, cursor in began.items()}
        answered = await _run(check, read_from, server, asked)
        if answered is not None:
            for name, reasons in answered.reasons.items():
                check(reason, reasons == [reason], f"{name}@{asked[name]} was given {reasons}")
    if transport == "SSE":
        await _run(check, sse.check_last_event_id, server, reached)


def _check_resume(check: Check, name: str, again: Transcript, seen: Sequence[Frame]) -> None:
    """Compare the events after a cursor with those that were seen after it before."""
    reasons, came = again.reasons[name], again.events[name]
    if check("resume", not reasons, f"{name} was given a snapshot: {reasons}"):
        missing = [frame["cursor"] for frame in seen if frame["cursor"] not in _cursors(came)]
        check("resume", not missing, f"{name} lacks {missing}")
        known = {frame["cursor"]: frame for frame in seen}
        for frame in came:
            expected = known.get(frame["cursor"], frame)
            # A text may have been withdrawn since.
            same = frame == expected or frame.get("redacted", False)
            check("resume", same, f"{name} was given {frame}, but before {expected}")


def _cursors(events: Sequence[Frame]) -> set[str]:
    return {frame["cursor"] for frame in events}


def _other(link: str) -> str:
    return ("1" if link[0] == "0" else "0") + link[1:]


async def _run(
    check: Check,
    examine: Callable[..., Awaitable[Transcript | None]],
    server: Server,
    *arguments: object,
) -> Transcript | None:
    """Run one examination; report a failed connection as a broken rule, and let the others run."""
    try:
        transcript = await examine(server, check, *arguments)
    except (OSError, ClientError, WebSocketException, TimeoutError) as error:
        check("opens", False, f"{examine.__name__}: {str(error) or type(error).__name__}")
        return None
    check("opens", True)
    return transcript
