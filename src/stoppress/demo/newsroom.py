"""The demo's newsroom: opens the paper, and plays one step of the scripts after another."""

import threading
from collections.abc import Iterator

from django.db import close_old_connections

from stoppress.newsroom.models import Article, Section

from .illustrations import begin_to_encode
from .live_script import live_backlog, live_script
from .live_story import live_number_of
from .pace import interval
from .playing import play_safely
from .script import BACKLOG, backlog, demo_script
from .step import Step
from .story import number_of
from .town import PAPER, SECTIONS

SEED = 1847
LIVE_EVERY = 3  # of so many steps, one is of a live story


class DemoNewsroom(threading.Thread):
    """Plays one step after another, until it is stopped."""

    def __init__(self, pace: float, seed: int = SEED) -> None:
        super().__init__(name="stoppress-demo", daemon=True)
        self._pace = pace
        self._steps = remaining(seed)
        self._live_steps = remaining_live(seed)
        self._ended = threading.Event()

    def run(self) -> None:
        played = 0
        wait = interval(self._pace, played)
        while not self._ended.wait(wait):
            steps = self._steps if (played + 1) % LIVE_EVERY else self._live_steps
            close_old_connections()
            done = play_safely(next(steps))
            close_old_connections()
            played += done
            wait = interval(self._pace, played) if done else 0.0

    def stop(self) -> None:
        """Stop the thread once its current step has ended."""
        self._ended.set()
        if self.is_alive():
            self.join(timeout=10)


def is_somebody_elses() -> bool:
    """Return whether the database has articles, and none of them is the demo's."""
    return Article.objects.exists() and not newest_story()


def open_paper(seed: int = SEED) -> None:
    """Create the sections, the backlog of stories and a live story; a second call adds nothing."""
    begin_to_encode(step.picture for step in _opening(seed) if step.picture)
    open_sections()
    open_stories(seed)
    open_live_story(seed)


def _opening(seed: int) -> list[Step]:
    return [*backlog(seed), *live_backlog(seed)]


def open_sections() -> None:
    """Create the missing sections."""
    for position, (slug, name) in enumerate(SECTIONS.items(), start=1):
        Section.objects.get_or_create(slug=slug, defaults={"name": name, "position": position})


def open_stories(seed: int) -> None:
    """Publish the backlog of stories, unless it is there already."""
    if newest_story() <= BACKLOG:
        for step in backlog(seed):
            play_safely(step)


def open_live_story(seed: int) -> None:
    """Publish the live story of the start, with its posts so far, unless it is there already."""
    if newest_live_story() <= 1:
        for step in live_backlog(seed):
            play_safely(step)


def remaining(seed: int) -> Iterator[Step]:
    """Yield the steps after those already in the database; the articles are the only record."""
    newest = newest_story()
    steps = demo_script(seed)
    first = next(step for step in steps if step.verb == "publish")
    if newest < number_of(first.story):
        return demo_script(seed)
    while newest > number_of(first.story):
        first = next(step for step in steps if step.verb == "publish")
    return steps


def remaining_live(seed: int) -> Iterator[Step]:
    """Yield the steps of the newest live story and those after it, also the ones played already."""
    return live_script(seed, first=max(1, newest_live_story()))


def newest_story() -> int:
    """Return the number of the demo's newest story; 0 if there is none."""
    told = Article.objects.filter(source=PAPER, external_id__startswith="demo:")
    return max(map(number_of, told.values_list("external_id", flat=True)), default=0)


def newest_live_story() -> int:
    """Return the number of the demo's newest live story; 0 if there is none."""
    told = Article.objects.filter(source=PAPER, kind=Article.Kind.LIVE)
    return max(map(live_number_of, told.values_list("external_id", flat=True)), default=0)
