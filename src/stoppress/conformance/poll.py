"""The rules of the poll."""

import re
from typing import Any

from .report import Check
from .server import Answer, Asks, Server, query_of
from .transcript import Transcript, wrong_answer

FRAMES_AT_MOST = 200
SHARED_SECONDS = 2
# Most answers until one says that there is no more; beyond it the server is broken.
_ANSWERS_AT_MOST = 500


async def read_from(server: Server, check: Check, asks: Asks) -> Transcript:
    """Poll until every stream is live; return the transcript of all answers."""
    transcript = Transcript(check, asks, greets=False)
    at = dict(asks)
    for _ in range(_ANSWERS_AT_MOST):
        answer = await server.poll(query_of(at, full=True))
        body = answer.json()
        if isinstance(body, dict) and isinstance(frames := body.get("frames"), list):
            check("200", len(frames) <= FRAMES_AT_MOST, f"one has {len(frames)}")
        wrong = wrong_answer(body) or (answer.status != 200 and f"status {answer.status}")
        json_type = answer.headers.get("Content-Type", "").startswith("application/json")
        if not check("type", json_type and not wrong, wrong or answer.headers.get("Content-Type")):
            return transcript
        for frame in body["frames"]:
            transcript.take(frame)
        _check_answer(check, body, transcript)
        if body["next"] > 0:
            return transcript
        at |= body["cursors"]
        transcript.live.clear()
    check("next", False, f"after {_ANSWERS_AT_MOST} answers next is still 0")
    return transcript


def _check_answer(check: Check, body: dict[str, Any], transcript: Transcript) -> None:
    waiting = transcript.waiting()
    check("next", bool(waiting) == (body["next"] == 0), f"{body['next']}; not live: {waiting}")
    reached = {name: str(cursor) for name, cursor in transcript.cursors.items()}
    check("cursors", body["cursors"] == reached, f"{body['cursors']}, not {reached}")


async def check_sharing(server: Server, check: Check, asks: Asks) -> None:
    """Check what caches may store, and that all readers at one cursor get the same bytes."""
    query = query_of(asks)
    answer = await server.poll(query)
    control = answer.headers.get("Cache-Control", "")
    if "private" in control:
        check("cache", "no-store" in control, control)
        return
    seconds = re.search(r"(?:^|[,\s])max-age=(\d+)", control)
    public = "no-store" not in control and seconds and int(seconds[1]) <= SHARED_SECONDS
    check("cache", bool(public), control or "no Cache-Control")
    await _check_etag(server, check, query, answer)
    if len(asks) > 1:
        await _check_order(server, check, asks)


async def _check_etag(server: Server, check: Check, query: str, answer: Answer) -> None:
    """Poll again with the ETag; repeat if an event was published between the two polls."""
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
    for _ in range(5):  # an event may be published between the two polls
        answer, other = await server.poll(query_of(asks)), await server.poll(query_of(other_way))
        same = (answer.body, answer.headers.get("ETag")) == (other.body, other.headers.get("ETag"))
        if same:
            break
    check("order", same, f"{answer and answer.body[:120]!r} and {other and other.body[:120]!r}")
