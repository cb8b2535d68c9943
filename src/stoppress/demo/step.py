"""A step: one act that the script asks of the newsroom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Verb = Literal["publish", "update", "correct", "retract", "restore"]


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on one story.

    Attributes:
        age: minutes before the start of the demo; only steps of the backlog have an age.
    """

    verb: Verb
    story: str
    reporter: str
    fields: Mapping[str, object]
    note: str = ""
    age: int = 0
