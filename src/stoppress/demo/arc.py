"""A story arc: how a story opens, and what may become of it. Written as TOML in `arcs/`."""

import tomllib
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
    """A change of a story: facts that take another's value, words that replace or join its own."""

    note: str
    headline: str = ""
    summary: str = ""
    lead: str = ""
    add: str = ""
    urgency: int = 0
    set: dict[str, str] = field(default_factory=dict)
    after: int = 0  # how many updates must have been made before: it speaks of what they said


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
    retraction: str  # the public note; empty where the story is never withdrawn
    restoration: str

    @property
    def breaking(self) -> bool:
        return self.urgency == 1

    def draw(self, rng: Random) -> Facts:
        """Return facts for one telling of the arc.

        In the file, `["a", "b"]` is one of these texts, `[3, 9]` a number from 3 to 9,
        `[10, 90, 5]` one in steps of 5, `["count", 2, 6]` the fact `count` and 2 to 6 more,
        `"person"` somebody, and `"street"` (any key of `town.PLACES`) a place.
        """
        facts: Facts = {}
        known: set[str] = set()
        for name, rule in self.facts.items():
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
            raise ValueError(f"No such rule for a fact: {rule!r}")


@cache
def arcs() -> tuple[Arc, ...]:
    """Return every arc, in the order of the files' names."""
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
    )
