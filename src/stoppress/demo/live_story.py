"""One live story: an arc filled with its own facts, as the steps that tell it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from types import MappingProxyType

from .arc import draw_facts
from .live_arc import Happening, LiveArc, live_arcs
from .step import Step, Verb
from .story import MOST
from .town import reporter_for
from .wording import fill

KEY = re.compile(r"demo-live:(\d{8})-([a-z0-9-]+)", re.ASCII)
COVERAGE: dict[str, Verb] = {"paused": "pause", "open": "resume", "closed": "close"}


def live_number_of(key: str) -> int:
    """Return the number in a live story's key; 0 for a key that this script never creates."""
    found = KEY.fullmatch(key)
    if found is None or found[2] not in {arc.key for arc in live_arcs()}:
        return 0
    number = int(found[1])
    return number if number <= MOST else 0


class LiveStory:
    """A live story's steps; it uses no clock and no database.

    Attributes:
        opening: publishes the story.
        head: what happens until its coverage pauses.
        tail: the rest, to the end of its coverage.
    """

    def __init__(self, arc: LiveArc, number: int, rng: Random) -> None:
        self.key = f"demo-live:{number:08d}-{arc.key}"
        self.reporter = reporter_for(rng, arc.section)
        self._facts = draw_facts(arc.facts, rng)
        self._posts: dict[str, tuple[str, str]] = {}  # headline and body, unfilled
        self.opening = self._opening(arc, rng.choice(arc.headline))
        steps = [self._step(happening) for happening in arc.happenings]
        pause = next(place for place, step in enumerate(steps) if step.verb == "pause")
        self.head = steps[:pause]
        self.tail = [
            *steps[pause:],
            self._of_story("close"),
            self._of_story("update", {"pinned": False}),
        ]

    def _opening(self, arc: LiveArc, headline: str) -> Step:
        told = {
            "headline": fill(headline, self._facts),
            "summary": fill(arc.summary, self._facts),
            "body": fill(arc.body, self._facts) + "\n",
        }
        fields = {
            **told,
            "kind": "live",
            "pinned": True,  # it stays on the front page while other news comes
            "slugline": arc.slugline,
            "byline": self.reporter.name,
            "section": arc.section,
        }
        return replace(self._of_story("publish", fields), picture=arc.picture)

    def _of_story(self, verb: Verb, fields: Mapping[str, object] = MappingProxyType({})) -> Step:
        return Step(verb, self.key, self.reporter.name, fields)

    def _step(self, happening: Happening) -> Step:
        match happening.kind:
            case "coverage":
                return self._of_story(COVERAGE[happening.target])
            case "post":
                return self._post(happening)
            case "unpin":
                return self._of_post("update", happening.target, {"pinned": False})
            case "retract":
                note = fill(happening.note, self._facts)
                return self._of_post("retract", happening.target, note=note)
            case kind:
                return self._change(kind, happening)

    def _post(self, happening: Happening) -> Step:
        self._posts[happening.target] = happening.headline, happening.body
        fields = {
            **self._text(happening.target),
            "byline": self.reporter.name,
            "key_event": happening.key,
            "pinned": happening.pinned,
        }
        step = self._of_post("publish", happening.target, fields, ago=happening.ago)
        return replace(step, picture=happening.picture)

    def _change(self, verb: Verb, happening: Happening) -> Step:
        name = happening.target
        before, (headline, body) = self._text(name), self._posts[name]
        note = fill(happening.note, self._facts)  # it may quote the old facts
        self._facts |= {fact: self._facts[other] for fact, other in happening.set.items()}
        self._posts[name] = happening.headline or headline, happening.body or body
        after = self._text(name)
        changed = {field: text for field, text in after.items() if text != before[field]}
        return self._of_post(verb, name, changed, note)

    def _text(self, name: str) -> dict[str, object]:
        headline, body = self._posts[name]
        return {"headline": fill(headline, self._facts), "body": fill(body, self._facts) + "\n"}

    def _of_post(
        self,
        verb: Verb,
        name: str,
        fields: Mapping[str, object] = MappingProxyType({}),
        note: str = "",
        ago: int = 0,
    ) -> Step:
        key, reporter = f"{self.key}:{name}", self.reporter.name
        return Step(verb, key, reporter, fields, note, parent=self.key, ago=ago)
