"""Play the script's steps: each by the newsroom's own function."""

import logging
from datetime import datetime, timedelta

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import (
    correct_article,
    create_article,
    publish_article,
    restore_article,
    retract_article,
    set_coverage,
    update_article,
)

from .illustrations import picture
from .step import Step
from .town import PAPER

logger = logging.getLogger("stoppress.demo")

TRIES = 3
NEWEST = 30
ED_NOTE = "Made up by the demo."

ACTS = {
    "update": Version.Act.UPDATE,
    "correct": Version.Act.CORRECTION,
    "retract": Version.Act.RETRACTION,
    "restore": Version.Act.RESTORE,
    "pause": Version.Act.PAUSE,
    "resume": Version.Act.RESUME,
    "close": Version.Act.CLOSE,
}


def play_safely(step: Step) -> bool:
    """Play a step; if it fails, log one line. Return whether there was anything to do.

    A step is not generated again, so one that was blocked by other transactions is retried.
    """
    for left in reversed(range(TRIES)):
        try:
            return play(step)
        except Exception as error:
            if left and isinstance(error, live.StreamBusy):
                continue
            logger.warning("demo: could not %s %s: %r", step.verb, step.story, error)
            break
    return True


def play(step: Step) -> bool:
    """Play a step; return whether there was anything to do.

    There is nothing to do if the step was played before a restart, or if an editor or a program
    has changed the story: from then on the demo leaves it alone, and a live story's posts too.
    """
    article, story = _find(step.story), _find(step.parent) if step.parent else None
    if step.parent and (story is None or not story.is_public or _is_changed(story, step)):
        return False
    if step.verb == "publish":
        if article is None:
            _publish(step, story)
        return article is None
    if article is None or _is_changed(article, step):
        return False
    if article.versions.public().filter(act=ACTS[step.verb], note=step.note).exists():
        return False
    _change(article, step)
    return True


def _find(key: str) -> Article | None:
    return Article.objects.filter(source=PAPER, external_id=key).first()


def _is_changed(article: Article, step: Step) -> bool:
    """Return whether an editor or a program other than the demo has changed a public article."""
    return article.versions.public().exclude(by=step.reporter).exists()


def _change(article: Article, step: Step) -> None:
    by, note = step.reporter, step.note
    match step.verb:
        case "update":
            update_article(article, step.fields, by=by, note=note)
        case "correct":
            correct_article(article, note, step.fields, by=by)
        case "retract":
            retract_article(article, note, by=by)
        case "restore":
            restore_article(article, by=by, note=note)
        case "pause":
            set_coverage(article, Article.Coverage.PAUSED, by=by)
        case "resume":
            set_coverage(article, Article.Coverage.OPEN, by=by)
        case "close":
            set_coverage(article, Article.Coverage.CLOSED, by=by)


def _publish(step: Step, story: Article | None) -> None:
    of_the_demo = {"source": PAPER, "external_id": step.story, "ed_note": ED_NOTE, "language": "en"}
    at = database_time() - timedelta(minutes=step.age)
    fields = {**step.fields, **of_the_demo, **_time_of_event(step, at), **_pictured(step)}
    with live.atomic():
        article = create_article(fields, parent=story, by=step.reporter)
        publish_article(article, by=step.reporter, at=at)


def _pictured(step: Step) -> dict[str, object]:
    """Return the fields that show a step's picture.

    A story goes without it while one of the newest stories shows it.
    """
    shown = picture(step.picture) if step.picture else None
    if shown is None:
        return {}
    if not step.parent:
        return {} if shown.pk in _newest_leads() else {"image": shown}
    return {"body": f"{step.fields['body']}\n![]({shown.reference})\n"}


def _newest_leads() -> set[int | None]:
    stories = Article.objects.public().exclude(kind=Article.Kind.POST).order_by("-first_published")
    return set(stories.values_list("image", flat=True)[:NEWEST])


def _time_of_event(step: Step, at: datetime) -> dict[str, object]:
    return {"occurred": at - timedelta(minutes=step.ago)} if step.ago else {}
