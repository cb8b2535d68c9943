"""A page for tests: goes by the client's rule, and says what should not have come."""

from collections.abc import Callable, Sequence
from typing import Any

from stoppress.live.client.rule import judge_event, judge_heartbeat
from stoppress.live.client.state import StreamState
from stoppress.live.delivery.connection import Connection
from stoppress.live.protocol.cursor import Cursor, parse_cursor

from .reader import ListSink

Frame = dict[str, Any]


class Line(ListSink):
    """A connection's way to the page: what was written and is not read yet may be lost."""

    def __init__(self, written: Callable[[Frame, bytes], None], batch_bytes: int = 0) -> None:
        super().__init__(batch_bytes)
        self._written = written

    def write(self, frames: Sequence[bytes]) -> None:
        super().write(frames)
        for frame, data in zip(self.frames[-len(frames) :], frames, strict=True):
            self._written(frame, data)


class Page:
    """One reader's page: the state of its streams, and every cursor it has applied.

    Attributes:
        asks: streams, and the cursors to ask for; one that is in no state is asked for as it is.
        applied: each stream's cursors since its last snapshot, that of the snapshot first.
        reasons: why each stream began with a snapshot, on this connection.
        blanked: each stream's events that came without their text since its last snapshot.
        damaged: frames were lost on the way: the page may have to ask again.
    """

    def __init__(self, asks: dict[str, str | None], full: bool) -> None:
        self.asks = asks
        self.full = full
        self.states: dict[str, StreamState] = {}
        self.applied: dict[str, list[Cursor]] = {}
        self.blanked: dict[str, set[Cursor]] = {}
        self.reasons: dict[str, str] = {}
        self.damaged = False
        self.faults: list[str] = []
        self.line: Line
        self.connection: Connection
        self._came: list[str] = []

    def connect(self, line: Line) -> Connection:
        """Begin a new connection; `wanted()` is what to ask for."""
        self.line, self.connection = line, Connection(line, "ws")
        self.damaged = False
        self.reasons = {}
        self._came = []
        return self.connection

    def wanted(self) -> dict[str, str | None]:
        return {
            name: str(self.states[name].cursor) if name in self.states else ask
            for name, ask in self.asks.items()
        }

    def read(self, count: int) -> str | None:
        """Read up to `count` frames; return `ask` where the rule says to ask again."""
        for _ in range(min(count, len(self.line.frames))):
            if self._take(self.line.frames.pop(0)) == "ask":
                return "ask"
        return None

    def _take(self, frame: Frame) -> str | None:
        kind = frame["type"]
        if (kind == "hello") == bool(self._came):
            self._wrong(f"{kind} after {self._came}")
        self._came.append(kind if kind == "heartbeat" else f"{kind} {frame.get('stream', '')}")
        return getattr(self, f"_take_{kind}")(frame)

    def _take_hello(self, frame: Frame) -> None:
        pass

    def _take_goodbye(self, frame: Frame) -> None:
        pass

    def _take_snapshot(self, frame: Frame) -> None:
        name = frame["stream"]
        self.states.setdefault(name, StreamState()).replace(frame)
        cursor = parse_cursor(frame["cursor"])
        assert cursor is not None
        self.applied[name] = [cursor]
        self.blanked.pop(name, None)
        self.reasons.setdefault(name, frame["reason"])

    def _take_event(self, frame: Frame) -> str | None:
        name = frame["stream"]
        state = self.states.get(name)
        if state is None or state.cursor is None:
            self._wrong(f"an event of {name} before its snapshot")
            return "ask"
        cursor, after = parse_cursor(frame["cursor"]), parse_cursor(frame["after"])
        assert cursor is not None and after is not None
        verdict = judge_event(state.cursor, after, cursor)
        if verdict == "apply":
            state.apply(frame)
            self.applied[name].append(cursor)
            if frame.get("redacted"):
                self.blanked.setdefault(name, set()).add(cursor)
            return None
        self._wrong(f"{verdict} at {state.cursor}: {frame}")
        return verdict

    def _take_live(self, frame: Frame) -> None:
        name = frame["stream"]
        if self._came.count(f"live {name}") > 1:
            self._wrong(f"live twice in {name}")
        if name not in self.states or str(self.states[name].cursor) != frame["cursor"]:
            self._wrong(f"live at another place: {frame}")

    def _take_heartbeat(self, frame: Frame) -> str | None:
        for name, text in frame["cursors"].items():
            sent = parse_cursor(text)
            mine = self.states[name].cursor if name in self.states else None
            assert sent is not None
            if mine is None or judge_heartbeat(mine, sent) == "ask":
                self._wrong(f"a heartbeat of another place in {name}, not {mine}: {frame}")
                return "ask"
        return None

    def _wrong(self, what: str) -> None:
        # Where frames were lost on the way, asking again is what the rule is for.
        if not self.damaged:
            self.faults.append(what)
