"""The client's answers to heartbeats: its page's cursors, and the delay of its events."""

import json
import time
from collections.abc import Mapping
from datetime import datetime

from .wire import Frame

# Most bytes of cursors: a message may have 4 KiB.
ROOM = 4000


class HeartbeatAnswers:
    """Measures the longest delay from event to page, by the server's clock."""

    def __init__(self) -> None:
        self._ahead: float | None = None  # seconds by which the server's clock is ahead of ours
        self._worst: float | None = None
        self._live: set[str] = set()

    def answer_to(self, frame: Frame) -> str | None:
        """Record a frame once it is applied; return the answer if it is a heartbeat."""
        kind = frame.get("type")
        if kind == "hello":
            self._live.clear()
            self._set_clock(frame)
        elif kind == "live":
            self._live.add(frame["stream"])
        elif kind == "event" and frame["stream"] in self._live and self._ahead is not None:
            delay = time.time() + self._ahead - _seconds(frame)
            self._worst = max(delay, self._worst or 0.0)
        elif kind == "heartbeat" and "time" in frame:
            answer: dict[str, object] = {"type": "applied", "cursors": _that_fit(frame["cursors"])}
            if self._worst is not None:
                answer["delay_ms"] = round(self._worst * 1000)
            self._worst = None
            self._set_clock(frame)
            return json.dumps(answer, separators=(",", ":"))
        return None

    def _set_clock(self, frame: Frame) -> None:
        self._ahead = _seconds(frame) - time.time()


def _that_fit(cursors: Mapping[str, str]) -> dict[str, str]:
    """Return as many cursors as fit into a message; the server accepts a part of them."""
    room, fitting = ROOM, {}
    for stream, cursor in cursors.items():
        room -= len(stream) + len(cursor) + 6  # with quotes, colon and comma
        if room > 0:
            fitting[stream] = cursor
    return fitting


def _seconds(frame: Frame) -> float:
    return datetime.fromisoformat(frame["time"]).timestamp()
