"""A step: one act that the script asks of the newsroom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Verb = Literal["publish", "update", "correct", "retract", "restore", "pause", "resume", "close"]


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on one story, or on one post of a live story.

    Attributes:
        story: the story's lasting key, or the post's.
        age: minutes before the start of the demo; only steps of the backlog have an age.
        parent: a post's live story.
        ago: minutes from the reported event to the post's publication.
        picture: a story's lead picture, or one at the end of a post; see `illustrations`.
    """

    verb: Verb
    story: str
    reporter: str
    fields: Mapping[str, object]
    note: str = ""
    age: int = 0
    parent: str = ""
    ago: int = 0
    picture: str = ""
