"""The demo's newsroom: plays the script by calling the newsroom's own functions."""

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta

from django.db import close_old_connections

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Section, Version
from stoppress.newsroom.publishing import (
    correct_article,
    create_article,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)

from .pace import interval
from .script import BACKLOG, backlog, demo_script
from .step import Step
from .story import number_of
from .town import PAPER, SECTIONS

logger = logging.getLogger("stoppress.demo")

SEED = 1847
ED_NOTE = "Made up by the demo."

ACTS = {
    "update": Version.Act.UPDATE,
    "correct": Version.Act.CORRECTION,
    "retract": Version.Act.RETRACTION,
    "restore": Version.Act.RESTORE,
}


class DemoNewsroom(threading.Thread):
    """Plays one step after another, until it is stopped."""

    def __init__(self, pace: float, seed: int = SEED) -> None:
        super().__init__(name="stoppress-demo", daemon=True)
        self._pace = pace
        self._steps = remaining(seed)
        self._ended = threading.Event()

    def run(self) -> None:
        played = 0
        wait = interval(self._pace, played)
        for step in self._steps:
            if self._ended.wait(wait):
                return
            close_old_connections()
            done = play_safely(step)
            close_old_connections()
            played += done
            wait = interval(self._pace, played) if done else 0.0

    def stop(self) -> None:
        """Stop the thread once its current step has ended."""
        self._ended.set()
        if self.is_alive():
            self.join(timeout=10)


def is_somebody_elses() -> bool:
    """Return whether the database holds articles of which none is the demo's."""
    return Article.objects.exists() and not newest_story()


def open_paper(seed: int = SEED) -> None:
    """Create the sections and the backlog of stories; a second call adds nothing."""
    open_sections()
    if newest_story() <= BACKLOG:
        for step in backlog(seed):
            play_safely(step)


def open_sections() -> None:
    """Create the missing sections."""
    for position, (slug, name) in enumerate(SECTIONS.items(), start=1):
        Section.objects.get_or_create(slug=slug, defaults={"name": name, "position": position})


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


def newest_story() -> int:
    """Return the number of the demo's newest story; 0 if there is none."""
    told = Article.objects.filter(source=PAPER, external_id__startswith="demo:")
    return max(map(number_of, told.values_list("external_id", flat=True)), default=0)


def play_safely(step: Step) -> bool:
    """Play a step; if it fails, log one line. Return whether there was anything to do."""
    try:
        return play(step)
    except Exception as error:
        logger.warning("demo: could not %s %s: %r", step.verb, step.story, error)
        return True


def play(step: Step) -> bool:
    """Play a step; return whether there was anything to do.

    There is nothing to do if the step was played before a restart, or if an editor or a program
    has changed the story: from then on the demo leaves it alone.
    """
    article = Article.objects.filter(source=PAPER, external_id=step.story).first()
    if step.verb == "publish":
        if article is None:
            _publish(step)
        return article is None
    if article is None:
        return False
    history = article.versions.public()
    if history.exclude(by=step.reporter).exists():
        return False
    if history.filter(act=ACTS[step.verb], note=step.note).exists():
        return False
    match step.verb:
        case "update":
            update_article(article, step.fields, by=step.reporter, note=step.note)
        case "correct":
            correct_article(article, step.note, step.fields, by=step.reporter)
        case "retract":
            retract_article(article, step.note, by=step.reporter)
        case "restore":
            restore_article(article, by=step.reporter, note=step.note)
    return True


def _publish(step: Step) -> None:
    of_the_demo = {"source": PAPER, "external_id": step.story, "ed_note": ED_NOTE, "language": "en"}
    fields = {**step.fields, **of_the_demo}
    at = database_time() - timedelta(minutes=step.age)
    with live.atomic():
        article = create_article(fields, by=step.reporter)
        publish_article(article, by=step.reporter, at=at)
