"""What a reader applied, in order, with the time of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]


@dataclass(frozen=True)
class Applied:
    """A frame that a reader applied.

    Attributes:
        at: when, in seconds of the machine's clock.
    """

    frame: Frame
    at: float


@dataclass
class Record:
    """One reader's account of itself.

    Attributes:
        asked: its streams, and the cursors that it began from.
        notes: how its connection fared, `[when, words]`.
        refused: why it was refused for good, if it was.
    """

    number: int
    url: str
    transport: str
    asked: dict[str, str | None]
    applied: list[Applied] = field(default_factory=list)
    notes: list[tuple[float, str]] = field(default_factory=list)
    refused: str = ""

    def of(self, stream: str) -> list[Applied]:
        """Return what was applied of one stream."""
        return [one for one in self.applied if one.frame["stream"] == stream]

    def cuts(self) -> int:
        """Return how often its connection was lost."""
        return sum("trying again" in words for _, words in self.notes)

    def resets(self) -> list[str]:
        """Return the reasons of the snapshots that it was given, in order."""
        return [one.frame["reason"] for one in self.applied if one.frame["type"] == "snapshot"]


def cut_off(records: Sequence[Record]) -> list[Record]:
    """Return the readers that lost their connection; those who poll have none to lose."""
    return [record for record in records if record.transport != "poll" and record.cuts()]


def load_records(told: dict[str, Any]) -> list[Record]:
    """Return records as the readers' process wrote them: each frame once, and places in it."""
    frames: list[Frame] = told["frames"]
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
        for one in told["readers"]
    ]
