"""One story: an arc filled with its own facts, and its state after the updates so far."""

import re
from collections.abc import Mapping
from hashlib import sha256
from random import Random

from .arc import Arc, Turn, arcs
from .town import Reporter, reporter_for
from .wording import fill

KEY = re.compile(r"demo:(\d{8})-([a-z0-9-]+)", re.ASCII)
MOST = 10_000  # stories: enough for years, and the script reaches them within two seconds


def story_key(number: int, arc: Arc) -> str:
    """Return a story's lasting key in the newsroom; keys sort in the order of the numbers."""
    return f"demo:{number:08d}-{arc.key}"


def number_of(key: str) -> int:
    """Return the number in a story's key; 0 for a key that this script never creates."""
    found = KEY.fullmatch(key)
    if found is None or found[2] not in {arc.key for arc in arcs()}:
        return 0
    number = int(found[1])
    return number if number <= MOST else 0


class Story:
    """A story's text, which changes as the arc's turns are taken; it uses no database."""

    def __init__(self, arc: Arc, number: int, rng: Random) -> None:
        self.arc = arc
        self.number = number
        self.key = story_key(number, arc)
        self.reporter: Reporter = reporter_for(rng, arc.section)
        self.facts = arc.draw(rng)
        self.headline = rng.choice(arc.headline)
        self.summary = arc.summary
        self.body = [arc.body.strip()]
        self.urgency = arc.urgency
        self.updates = list(arc.updates)
        self.corrections = list(arc.corrections)
        self.updated = 0
        self.opened = 0  # the script's clock when it was published
        self.closed = False  # nothing more happens to it

    def text(self) -> dict[str, object]:
        """Return the current values of the fields that a turn may change."""
        return {
            "headline": fill(self.headline, self.facts),
            "summary": fill(self.summary, self.facts),
            "body": fill("\n\n".join(self.body), self.facts) + "\n",
            "urgency": self.urgency,
        }

    def digest(self) -> bytes:
        """Return a short hash of the headline and body, to recognise a repeated text."""
        text = self.text()
        return sha256(f"{text['headline']}\n{text['body']}".encode()).digest()[:16]

    def opening(self) -> dict[str, object]:
        """Return the fields of a new article; `section` is a slug."""
        return {
            **self.text(),
            "slugline": self.arc.slugline,
            "byline": self.reporter.name,
            "located": fill(self.arc.located, self.facts),
            "section": self.arc.section,
        }

    def take(self, turn: Turn) -> tuple[str, Mapping[str, object]]:
        """Apply a turn; return its note, which may quote the old facts, and the changed fields."""
        before = self.text()
        note = fill(turn.note, self.facts)
        self.facts |= {name: self.facts[other] for name, other in turn.set.items()}
        self.headline = turn.headline or self.headline
        self.summary = turn.summary or self.summary
        self.urgency = turn.urgency or self.urgency
        if turn.lead:
            self.body.insert(0, turn.lead.strip())
        if turn.add:
            self.body.append(turn.add.strip())
        after = self.text()
        return note, {name: value for name, value in after.items() if value != before[name]}

    def update(self) -> tuple[str, Mapping[str, object]]:
        """Apply the next update; return as `take` does."""
        self.updated += 1
        return self.take(self.updates.pop(0))

    def due_correction(self) -> Turn | None:
        """Return the first correction whose subject the story has already mentioned."""
        return next((turn for turn in self.corrections if turn.after <= self.updated), None)

    def correct(self, turn: Turn) -> tuple[str, Mapping[str, object]]:
        """Apply a correction that is due; return as `take` does."""
        self.corrections.remove(turn)
        return self.take(turn)
