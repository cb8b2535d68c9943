"""A reader's record: the frames that it applied, in order, each with its time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]


@dataclass(frozen=True)
class Applied:
    """A frame that a reader applied.

    Attributes:
        at: the time, in seconds of the machine's clock.
    """

    frame: Frame
    at: float


@dataclass
class Record:
    """The record of one reader.

    Attributes:
        asked: its streams, each with the cursor that it began from.
        notes: what happened to its connection, as `[time, words]`.
        refused: why it was refused for good; empty if it was not.
        later: stream and key of each event that came after `applied` and is left out of it.
    """

    number: int
    url: str
    transport: str
    asked: dict[str, str | None]
    applied: list[Applied] = field(default_factory=list)
    notes: list[tuple[float, str]] = field(default_factory=list)
    refused: str = ""
    later: frozenset[tuple[str, str]] = frozenset()

    def of(self, stream: str) -> list[Applied]:
        """Return the applied frames of one stream."""
        return [one for one in self.applied if one.frame["stream"] == stream]

    def cuts(self) -> int:
        """Return how often its connection was lost."""
        return sum("trying again" in words for _, words in self.notes)

    def resets(self) -> list[str]:
        """Return the reasons of its snapshots, in order."""
        return [one.frame["reason"] for one in self.applied if one.frame["type"] == "snapshot"]


def cut_off(records: Sequence[Record]) -> list[Record]:
    """Return the readers that lost their connection; readers that poll have none to lose."""
    return [record for record in records if record.transport != "poll" and record.cuts()]


def load_records(written: dict[str, Any]) -> list[Record]:
    """Return the records that the readers' process wrote: a table of frames, and indexes in it."""
    frames: list[Frame] = written["frames"]
    return [
        Record(
            number=one["number"],
            url=one["url"],
            transport=one["transport"],
            asked=one["asked"],
            applied=[Applied(frames[index], at) for index, at in one["applied"]],
            notes=[(at, words) for at, words in one["notes"]],
            refused=one["refused"],
        )
        for one in written["readers"]
    ]
