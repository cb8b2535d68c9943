"""A stream's log, as the oracle read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Event:
    """One row of the log; `item` is JSON, empty if its text was withdrawn."""

    cursor: str
    op: str
    key: str
    version: int | None
    redacted: bool
    item: str


@dataclass(frozen=True)
class History:
    """One stream's log.

    Attributes:
        floor: the cursor before its first event.
        items: the items of a fresh snapshot.
        lowest: items of a lower order are unknown; None if all are known.
    """

    floor: str
    events: list[Event]
    items: list[dict[str, Any]]
    lowest: str | None = None

    @cached_property
    def cursors(self) -> list[str]:
        """All cursors of the log, in order."""
        return [self.floor, *(event.cursor for event in self.events)]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The index of each cursor in `cursors`."""
        return {cursor: place for place, cursor in enumerate(self.cursors)}

    @property
    def head(self) -> str:
        return self.cursors[-1]

    def before(self, cursor: str) -> str | None:
        """Return the cursor before a cursor; None for the floor."""
        place = self.places[cursor]
        return self.cursors[place - 1] if place else None

    def event_at(self, cursor: str) -> Event:
        """Return the event whose cursor it is."""
        return self.events[self.places[cursor] - 1]


Histories = Mapping[str, History]


def load_histories(printed: Mapping[str, Any]) -> dict[str, History]:
    """Return the logs that the oracle's process printed."""
    return {
        name: History(log["floor"], [Event(*row) for row in log["events"]], log["items"])
        for name, log in printed.items()
    }


def heads(histories: Histories) -> dict[str, str]:
    """Return the last cursor of each stream's log."""
    return {name: history.head for name, history in histories.items()}
