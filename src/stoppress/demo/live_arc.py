"""A live story's arc: its opening and its happenings, in order, as TOML in `live_arcs/`."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["post", "update", "correct", "retract", "unpin", "coverage"]
KINDS: tuple[Kind, ...] = ("post", "update", "correct", "retract", "unpin", "coverage")


@dataclass(frozen=True, slots=True)
class Happening:
    """A new post, a change of an earlier one, or of the coverage.

    Attributes:
        target: the post's name in the arc; of the coverage its new state.
        headline, body: of a change they replace the post's, if given.
        note: the public note on a change.
        key: the post is a key event.
        ago: minutes from the reported event to the post's publication.
        set: facts to change; each takes the value of another fact.
        picture: at the end of a post; see `illustrations`.
    """

    kind: Kind
    target: str
    headline: str = ""
    body: str = ""
    note: str = ""
    key: bool = False
    pinned: bool = False
    ago: int = 0
    set: dict[str, str] = field(default_factory=dict)
    picture: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LiveArc:
    """One file of `live_arcs/`."""

    key: str
    section: str
    slugline: str
    facts: dict[str, Any]
    headline: list[str]
    summary: str
    body: str
    happenings: tuple[Happening, ...]
    picture: str = ""


@cache
def live_arcs() -> tuple[LiveArc, ...]:
    """Return every live story's arc, ordered by file name."""
    found = sorted(files(__package__).joinpath("live_arcs").iterdir(), key=lambda file: file.name)
    return tuple(
        _read(file.name.removesuffix(".toml"), file.read_text(encoding="utf-8"))
        for file in found
        if file.name.endswith(".toml")
    )


def _read(key: str, text: str) -> LiveArc:
    data = tomllib.loads(text)
    return LiveArc(
        key=key,
        section=data["section"],
        slugline=data["slugline"],
        facts=data["facts"],
        **data["publish"],
        happenings=tuple(map(_happening, data["step"])),
    )


def _happening(table: dict[str, Any]) -> Happening:
    [kind] = [each for each in KINDS if each in table]
    return Happening(kind, table[kind], **{n: v for n, v in table.items() if n != kind})
