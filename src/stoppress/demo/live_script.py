"""The live stories' script: one after another, without end, the same for the same seed.

Before the coverage of one pauses and ends, the next one has begun: one is open at any time. It uses
no clock and no database.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from random import Random

from .live_arc import live_arcs
from .live_story import LiveStory
from .step import Step

# The first story is of this arc, and has so many posts and changes when the demo starts.
FIRST, BACKLOG_STEPS = "storm", 33
BACKLOG_HOURS = 6


def live_story(seed: int, number: int) -> LiveStory:
    """Return the live story of a number, from 1 on."""
    arcs = sorted(live_arcs(), key=lambda arc: (arc.key != FIRST, arc.key))
    return LiveStory(arcs[(number - 1) % len(arcs)], number, Random(f"{seed}:{number}"))


def live_backlog(seed: int) -> list[Step]:
    """Return the steps of the first live story that the paper has at the start, oldest first."""
    story = live_story(seed, 1)
    steps = [story.opening, *story.head[:BACKLOG_STEPS]]
    span = BACKLOG_HOURS * 60
    return [
        replace(step, age=span - span * place // len(steps)) for place, step in enumerate(steps)
    ]


def live_script(seed: int, first: int = 1) -> Iterator[Step]:
    """Yield the steps of all live stories from a number on, without end.

    They include the steps of the backlog, and of the tail of the previous story.
    """
    tail = live_story(seed, first - 1).tail if first > 1 else []
    for number in count(first):
        story = live_story(seed, number)
        ending, going = iter(tail), iter(story.head)
        yield story.opening
        for step in ending:
            yield step
            yield from islice(going, 1)
        yield from going
        tail = story.tail
