"""A stream's log as the oracle has read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Event:
    """One row of the log; `item` is JSON, empty where its text was withdrawn."""

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
        items: the stream's state, freshly taken.
        lowest: below this order it says nothing of the state; null: it says everything.
    """

    floor: str
    events: list[Event]
    items: list[dict[str, Any]]
    lowest: str | None = None

    @cached_property
    def cursors(self) -> list[str]:
        """Every cursor that is in the log, in order."""
        return [self.floor, *(event.cursor for event in self.events)]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each cursor stands in `cursors`."""
        return {cursor: place for place, cursor in enumerate(self.cursors)}

    @property
    def head(self) -> str:
        return self.cursors[-1]

    def before(self, cursor: str) -> str | None:
        """Return the cursor before another; None before the floor."""
        place = self.places[cursor]
        return self.cursors[place - 1] if place else None

    def event_at(self, cursor: str) -> Event:
        """Return the event that leads to a cursor."""
        return self.events[self.places[cursor] - 1]


Histories = Mapping[str, History]


def load_histories(told: Mapping[str, Any]) -> dict[str, History]:
    """Return what the oracle's process printed."""
    return {
        name: History(log["floor"], [Event(*row) for row in log["events"]], log["items"])
        for name, log in told.items()
    }


def heads(histories: Histories) -> dict[str, str]:
    """Return where each stream's log ends."""
    return {name: history.head for name, history in histories.items()}
