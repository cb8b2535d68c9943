"""Polls of a running site: a newcomer's, and requests with wrong cursors or malformed queries."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote

from stoppress.live.client.state import StreamState
from stoppress.live.protocol.query import STREAMS_AT_MOST

from .child import ChildError
from .outcome import Outcome

WRONG_CURSORS = {
    "fork": "0-0000000000000000",
    "unknown": "page-7",
    "ahead": f"9{'0' * 15}-{'0' * 16}",
}
MALFORMED = {
    "": 400,
    "stream=": 400,
    "stream=News": 400,
    "stream=news&stream=news": 400,
    f"stream={'x' * 65}": 400,
    "&".join(f"stream=story:{n}" for n in range(STREAMS_AT_MOST + 1)): 400,
    "stream=nowhere-at-all": 404,
}


def fresh(site: str, stream: str) -> StreamState:
    """Return the state that a newcomer gets of a stream: a snapshot, and the events after it.

    Raises:
        ChildError: there was no snapshot.
    """
    status, answer = _poll(site, f"stream={stream}")
    state = StreamState()
    for frame in answer.get("frames", []):
        if frame["type"] == "snapshot":
            state.replace(frame)
        elif frame["type"] == "event":
            state.apply(frame)
    if state.cursor is None:
        raise ChildError(f"/live/poll answered {status} and no snapshot")
    return state


def send_wrong_cursors(site: str, stream: str, outcome: Outcome) -> None:
    """Poll with cursors that are not in the log: each must get a snapshot with its reason."""
    for reason, cursor in WRONG_CURSORS.items():
        status, answer = _poll(site, f"stream={stream}@{quote(cursor)}")
        frames = answer.get("frames", [])
        reasons = [frame["reason"] for frame in frames if frame["type"] == "snapshot"]
        # A trimmed log cannot tell a foreign cursor before its floor from a trimmed one.
        allowed = {reason, "trimmed"} if reason == "fork" else {reason}
        right = status == 200 and bool(reasons) and set(reasons) <= allowed
        outcome.require(right, f"{cursor} was answered {status} {reasons}, not {reason}")


def send_malformed(site: str, outcome: Outcome) -> None:
    """Poll with malformed queries: each must be refused with its status."""
    for query, expected in MALFORMED.items():
        status, _ = _poll(site, query)
        right = status == expected
        outcome.require(right, f"?{query[:40]} was answered {status}, not {expected}")


def _poll(site: str, query: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"{site}/live/poll?{query}", timeout=15) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, {}
