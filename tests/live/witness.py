"""A witness of every frame that leaves the hub: held against the log of whichever life."""

import json
from typing import Any

from stoppress.live.protocol.cursor import parse_cursor

from .truth import LIMIT, STREAMS, Truth


class Witness:
    """Looks at frames as they are written.

    Attributes:
        gone: texts of each stream that this process knows to be withdrawn.
        faults: what should not have been written, in words.
    """

    def __init__(self, told: Truth) -> None:
        self.truth = told
        self.gone: dict[str, set[str]] = {name: set() for name in STREAMS}
        self.faults: list[str] = []

    def all_has_been_seen(self) -> None:
        """Expect no text from here on that was withdrawn until now."""
        for name in STREAMS:
            self.gone[name] |= self.truth.withdrawn

    def history_has_changed(self) -> None:
        """Expect texts again that a backup brought back."""
        for name in STREAMS:
            self.gone[name] &= self.truth.withdrawn

    def written(self, frame: dict[str, Any], data: bytes) -> None:
        """Look at a frame as it leaves the hub."""
        stream = frame.get("stream", "")
        if frame.get("redacts"):
            cursor = parse_cursor(frame["cursor"])
            self.gone[stream] |= self.truth.withdrawn_by[stream, cursor] & self.truth.withdrawn
        for text in self.gone.get(stream, ()):
            if text.encode() in data:
                self.faults.append(f"{text!r} was withdrawn, and sent: {frame}")
        if frame["type"] == "event":
            self._check_event(frame)
        elif frame["type"] == "snapshot":
            self._check_snapshot(frame)

    def _check_event(self, frame: dict[str, Any]) -> None:
        stream = frame["stream"]
        pair = (parse_cursor(frame["after"]), parse_cursor(frame["cursor"]))
        row = self.truth.told.get((stream, *pair))
        if row is None:
            self.faults.append(f"never logged: {frame}")
            return
        bare = {"key": row.key} | ({} if row.version is None else {"version": row.version})
        whole = json.loads(row.item) if row.op == "put" and row.item else bare
        said = (frame["op"], frame["event"], frame["key"], frame["item"])
        meant = (row.op, row.event, row.key, whole)
        if frame.get("redacted"):
            meant = ("remove", row.event, row.key, bare)
        if said != meant or frame.get("redacts", False) != row.redacts:
            self.faults.append(f"logged otherwise, as {meant}: {frame}")

    def _check_snapshot(self, frame: dict[str, Any]) -> None:
        """Hold a snapshot against what the site showed at its cursor."""
        stream, cursor = frame["stream"], parse_cursor(frame["cursor"])
        shown = self.truth.shown.get((stream, cursor))
        if shown is None:
            self.faults.append(f"the site was never at {cursor}: {frame}")
            return
        floor = shown[LIMIT - 1]["order"] if len(shown) > LIMIT else None
        if (frame["items"], frame["floor"]) != (shown[:LIMIT], floor):
            self.faults.append(f"at {cursor} the site showed {shown}: {frame}")
