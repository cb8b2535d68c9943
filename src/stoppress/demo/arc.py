"""A story arc: a story's opening and its possible updates and corrections, as TOML in `arcs/`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from .town import PLACES, meet, visit
from .wording import fill

Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Turn:
    """An update or a correction of a story.

    Attributes:
        note: the public note on the change.
        headline, summary, urgency: replace the story's, if given.
        lead, add: paragraphs to put before and after the body.
        set: facts to change; each takes the value of another fact.
    """

    note: str
    headline: str = ""
    summary: str = ""
    lead: str = ""
    add: str = ""
    urgency: int = 0
    set: dict[str, str] = field(default_factory=dict)
    after: int = 0  # how many updates must come first, since this one refers to them


@dataclass(frozen=True, slots=True, eq=False)
class Arc:
    """One file of `arcs/<section>/`."""

    key: str
    section: str
    slugline: str
    facts: dict[str, Any]
    headline: list[str]
    summary: str
    body: str
    located: str
    urgency: int
    updates: tuple[Turn, ...]
    corrections: tuple[Turn, ...]
    retraction: str  # the public note; empty if the story is never retracted
    restoration: str
    picture: str  # its lead picture; see `illustrations`

    @property
    def breaking(self) -> bool:
        return self.urgency == 1

    def draw(self, rng: Random) -> Facts:
        """Return facts for one telling of the arc."""
        return draw_facts(self.facts, rng)


def draw_facts(rules: Mapping[str, Any], rng: Random) -> Facts:
    """Return facts for one telling of an arc.

    Rules in its file:

    - `["a", "b"]`: one of these texts;
    - `[3, 9]`: a number from 3 to 9;
    - `[10, 90, 5]`: a number from 10 to 90, in steps of 5;
    - `["count", 2, 6]`: the fact `count` plus 2 to 6;
    - `"person"`: a person;
    - `"street"`, or another key of `town.PLACES`: a place.
    """
    facts: Facts = {}
    known: set[str] = set()
    for name, rule in rules.items():
        facts[name] = _draw(rng, rule, facts, known)
    return facts


def _draw(rng: Random, rule: Any, facts: Facts, known: set[str]) -> object:
    match rule:
        case "person":
            return meet(rng, known)
        case str() if rule in PLACES:
            return visit(rng, rule, known)
        case [int(low), int(high)]:
            return rng.randint(low, high)
        case [int(low), int(high), int(step)]:
            return rng.randrange(low, high + 1, step)
        case [str(other), int(low), int(high)]:
            number = facts[other]
            if not isinstance(number, int):
                raise TypeError(f"{other} is not a number.")
            return number + rng.randint(low, high)
        case [*texts] if texts and all(isinstance(text, str) for text in texts):
            return fill(rng.choice(texts), facts)
        case _:
            raise ValueError(f"Unknown rule for a fact: {rule!r}")


@cache
def arcs() -> tuple[Arc, ...]:
    """Return every arc, ordered by file name."""
    folders = sorted(
        (folder for folder in files(__package__).joinpath("arcs").iterdir() if folder.is_dir()),
        key=lambda folder: folder.name,
    )
    return tuple(
        _read(folder.name, file.name.removesuffix(".toml"), file.read_text(encoding="utf-8"))
        for folder in folders
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    )


def _read(section: str, key: str, text: str) -> Arc:
    data = tomllib.loads(text)
    opening = data["publish"]
    return Arc(
        key=key,
        section=section,
        slugline=data["slugline"],
        facts=data["facts"],
        headline=opening["headline"],
        summary=opening["summary"],
        body=opening["body"],
        located=opening.get("located", ""),
        urgency=opening.get("urgency", 5),
        updates=tuple(Turn(**turn) for turn in data.get("update", [])),
        corrections=tuple(Turn(**turn) for turn in data.get("correct", [])),
        retraction=data.get("retract", {}).get("note", ""),
        restoration=data.get("restore", {}).get("note", ""),
        picture=opening.get("picture", ""),
    )
