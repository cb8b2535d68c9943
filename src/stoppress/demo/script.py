"""The script: an endless series of steps in the invented town, the same for the same seed.

It uses no clock and no database.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType

from .arc import Arc, Turn, arcs
from .step import Step, Verb
from .story import Story
from .town import SECTIONS
from .wording import fill

BACKLOG = 24
BACKLOG_HOURS = 20
VISIBLE = 20  # only the newest stories are changed, so that a reader sees the change
PATIENCE = 3  # steps before a new story may change, so that a reader has seen it unchanged
CALM = 7  # steps after which breaking news gets an update, and stops being breaking
UPDATES = 0.28  # share of the remaining steps that update a story instead of opening one


class Script:
    """Generates steps: new stories, and updates, corrections, retractions and restorations."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self._number = 0  # of the story
        self._clock = 0  # in steps
        self._told: set[bytes] = set()
        self._front: list[Story] = []  # public stories, newest first
        self._recent: deque[Arc] = deque(maxlen=len(_ordinary()) * 3 // 4)
        self._recent_breaking: deque[Arc] = deque(maxlen=len(_breaking()) // 2)
        self._withdrawn: deque[tuple[int, Story]] = deque()  # (the step to restore it at, story)
        self._next_correction = self._in(6, 8)
        self._next_retraction = self._in(18, 22)
        self._next_breaking = self._in(9, 15)

    def backlog(self) -> Iterator[Step]:
        """Yield the stories of the hours before the start, oldest first; then changes of some."""
        chosen = self._spread()
        span = BACKLOG_HOURS * 60
        for place, arc in enumerate(chosen):
            age = span - span * place // len(chosen) - self._rng.randint(0, 20)
            yield self._open(arc, age=age)
        for story in [story for story in self._front if story.corrections][3:8:4]:
            turn = story.due_correction()
            if turn:
                yield self._correct(story, turn)
        for story in [story for story in self._front if story.updates][1:10:3]:
            yield self._update(story)

    def steps(self) -> Iterator[Step]:
        """Yield the steps after the backlog, without end."""
        while True:
            self._clock += 1
            yield (
                self._restore() or self._retract() or self._break() or self._mend() or self._tell()
            )

    def _in(self, least: int, most: int) -> int:
        return self._clock + self._rng.randint(least, most)

    def _spread(self) -> list[Arc]:
        """Return arcs for the backlog, the same number from each section."""
        by_section = [[arc for arc in _ordinary() if arc.section == slug] for slug in SECTIONS]
        picked = [self._rng.sample(some, BACKLOG // len(SECTIONS)) for some in by_section]
        return [arc for row in zip(*picked, strict=True) for arc in row]

    def _seen(self) -> list[Story]:
        return [
            story
            for story in self._front[:VISIBLE]
            if self._clock - story.opened >= PATIENCE and not story.closed
        ]

    # The kinds of steps, the most urgent first. Each returns None if it is not due or not possible.

    def _restore(self) -> Step | None:
        if not self._withdrawn or self._clock < self._withdrawn[0][0]:
            return None
        _, story = self._withdrawn.popleft()
        story.closed = True
        self._front.append(story)
        self._front.sort(key=lambda story: -story.number)
        return _step("restore", story, fill(story.arc.restoration, story.facts))

    def _retract(self) -> Step | None:
        if self._clock < self._next_retraction:
            return None
        candidates = [story for story in self._seen() if story.arc.retraction]
        if not candidates:
            return None
        story = self._rng.choice(candidates)
        self._front.remove(story)
        if story.arc.restoration:
            self._withdrawn.append((self._in(4, 7), story))
        self._next_retraction = self._in(18, 22)
        return _step("retract", story, fill(story.arc.retraction, story.facts))

    def _break(self) -> Step | None:
        if self._clock < self._next_breaking:
            return None
        self._next_breaking = self._in(13, 17)
        return self._open(self._choose(_breaking(), self._recent_breaking))

    def _mend(self) -> Step | None:
        if self._clock < self._next_correction:
            return None
        due = [(story, turn) for story in self._seen() if (turn := story.due_correction())]
        if not due:
            return None
        self._next_correction = self._in(6, 8)
        return self._correct(*self._rng.choice(due))

    def _tell(self) -> Step:
        going = [story for story in self._seen() if story.updates]
        urgent = [story for story in going if story.urgency == 1]
        if urgent and self._clock - urgent[-1].opened >= CALM:
            return self._update(urgent[-1])
        if going and self._rng.random() < UPDATES:
            return self._update(self._rng.choice(urgent or going))
        return self._open(self._choose(_ordinary(), self._recent))

    def _choose(self, some: Sequence[Arc], recent: deque[Arc]) -> Arc:
        return self._rng.choice([arc for arc in some if arc not in recent])

    def _open(self, arc: Arc, age: int = 0) -> Step:
        (self._recent_breaking if arc.breaking else self._recent).append(arc)
        self._number += 1
        story = Story(arc, self._number, self._rng)
        while (words := story.digest()) in self._told:
            story = Story(arc, self._number, self._rng)
        self._told.add(words)
        story.opened = self._clock
        self._front.insert(0, story)
        del self._front[2 * VISIBLE :]
        step = _step("publish", story, fields=story.opening(), age=age)
        return replace(step, picture=arc.picture)

    def _update(self, story: Story) -> Step:
        note, fields = story.update()
        return _step("update", story, note, fields)

    def _correct(self, story: Story, turn: Turn) -> Step:
        note, fields = story.correct(turn)
        return _step("correct", story, note, fields)


def _step(
    verb: Verb,
    story: Story,
    note: str = "",
    fields: Mapping[str, object] = MappingProxyType({}),
    age: int = 0,
) -> Step:
    return Step(verb, story.key, story.reporter.name, fields, note, age)


def _ordinary() -> list[Arc]:
    return [arc for arc in arcs() if not arc.breaking]


def _breaking() -> list[Arc]:
    return [arc for arc in arcs() if arc.breaking]


def backlog(seed: int) -> list[Step]:
    """Return the steps of the backlog: the stories that the paper has at the start."""
    return list(Script(seed).backlog())


def demo_script(seed: int) -> Iterator[Step]:
    """Yield the steps after the backlog, without end."""
    script = Script(seed)
    deque(script.backlog(), maxlen=0)
    yield from script.steps()
