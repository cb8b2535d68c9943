"""The rules of the poll."""

import re
from typing import Any

from .report import Check
from .server import Answer, Asks, Server, query_of
from .transcript import Transcript, wrong_answer

FRAMES_AT_MOST = 200
SHARED_SECONDS = 2
# Answers to one reader until nothing more is there; a server that says "more" for ever is broken.
_ANSWERS_AT_MOST = 500


async def read_from(server: Server, check: Check, asks: Asks) -> Transcript:
    """Return what comes of streams, over as many answers as it takes."""
    whole = Transcript(check, asks, greets=False)
    at = dict(asks)
    for _ in range(_ANSWERS_AT_MOST):
        answer = await server.poll(query_of(at, full=True))
        told = answer.json()
        if isinstance(told, dict) and isinstance(frames := told.get("frames"), list):
            check("200", len(frames) <= FRAMES_AT_MOST, f"one has {len(frames)}")
        wrong = wrong_answer(told) or (answer.status != 200 and f"status {answer.status}")
        json_type = answer.headers.get("Content-Type", "").startswith("application/json")
        if not check("type", json_type and not wrong, wrong or answer.headers.get("Content-Type")):
            return whole
        for frame in told["frames"]:
            whole.take(frame)
        _check_answer(check, told, whole)
        if told["next"] > 0:
            return whole
        at |= told["cursors"]
        whole.live.clear()
    check("next", False, f"after {_ANSWERS_AT_MOST} answers next is 0 still")
    return whole


def _check_answer(check: Check, told: dict[str, Any], whole: Transcript) -> None:
    waiting = whole.waiting()
    check("next", bool(waiting) == (told["next"] == 0), f"{told['next']}; not live: {waiting}")
    reached = {name: str(cursor) for name, cursor in whole.cursors.items()}
    check("cursors", told["cursors"] == reached, f"{told['cursors']}, not {reached}")


async def check_sharing(server: Server, check: Check, asks: Asks) -> None:
    """Look at what caches are told, and whether all readers at one place are told the same."""
    query = query_of(asks)
    answer = await server.poll(query)
    kept = answer.headers.get("Cache-Control", "")
    if "private" in kept:
        check("cache", "no-store" in kept, kept)
        return
    seconds = re.search(r"(?:^|[,\s])max-age=(\d+)", kept)
    public = "no-store" not in kept and seconds and int(seconds[1]) <= SHARED_SECONDS
    check("cache", bool(public), kept or "no Cache-Control")
    await _check_etag(server, check, query, answer)
    if len(asks) > 1:
        await _check_order(server, check, asks)


async def _check_etag(server: Server, check: Check, query: str, answer: Answer) -> None:
    """Ask again with the ETag; where something was published between the two, once more."""
    again = answer
    for _ in range(5):
        answer, tag = again, again.headers.get("ETag")
        if tag is None:
            check("etag", False, "no ETag")
            return
        again = await server.poll(query, {"If-None-Match": tag})
        if again.status == 304:
            check("etag", not again.body, f"304 with {again.body[:100]!r}")
            return
    check("etag", answer.body != again.body, f"{again.status} for an answer that has not changed")


async def _check_order(server: Server, check: Check, asks: Asks) -> None:
    other_way = dict(reversed(list(asks.items())))
    same, answer, other = False, None, None
    for _ in range(5):  # something may be published between the two
        answer, other = await server.poll(query_of(asks)), await server.poll(query_of(other_way))
        same = (answer.body, answer.headers.get("ETag")) == (other.body, other.headers.get("ETag"))
        if same:
            break
    check("order", same, f"{answer and answer.body[:120]!r} and {other and other.body[:120]!r}")
