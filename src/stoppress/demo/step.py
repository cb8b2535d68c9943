"""What the script asks of the newsroom, one thing at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Verb = Literal["publish", "update", "correct", "retract", "restore"]


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on one story. `age` is minutes before the start of the demo (the backlog's only)."""

    verb: Verb
    story: str
    reporter: str
    fields: Mapping[str, object]
    note: str = ""
    age: int = 0
